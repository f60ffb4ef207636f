using System.Net;
using System.Text.Json.Nodes;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Providers;

/// <summary>
/// A provider between a client and a real chain: it answers as the chain does but for one habit. Counts what it is asked.
/// </summary>
public sealed class Habit(Func<string, JsonArray, JsonObject, int, JsonObject> alter) : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _asked = [];

    /// <summary>Batches of more calls than this are refused; 0 refuses all.</summary>
    public int LargestBatch { get; init; } = int.MaxValue;

    /// <summary>How a batch is refused.</summary>
    public Func<HttpResponseMessage> RefusedBatch { get; init; } =
        () => ScriptedChain.Http("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch requests are not supported"}}""");

    /// <summary>HTTP requests so far.</summary>
    public int Requests { get; private set; }

    public int Batches { get; private set; }

    public int Asked(string method)
    {
        lock (_lock)
            return _asked.GetValueOrDefault(method);
    }

    /// <summary>One method's answers are altered; which of them is told from 1.</summary>
    public static Habit Of(string method, Func<JsonObject, int, JsonObject> alter) =>
        new((asked, _, reply, nth) => asked == method ? alter(reply, nth) : reply);

    /// <summary>One method's results are altered.</summary>
    public static Habit OfResult(string method, Func<JsonNode?, JsonNode?> alter) =>
        Of(method, (reply, _) => reply["error"] is null ? With(reply, alter(reply["result"]?.DeepClone())) : reply);

    public static JsonObject With(JsonObject reply, JsonNode? result) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = reply["id"]?.DeepClone(), ["result"] = result };

    public static JsonObject Refused(JsonObject reply, int code, string message, JsonNode? data = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (data is not null)
            error["data"] = data;
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = reply["id"]?.DeepClone(), ["error"] = error };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        Requests++;
        if (body is JsonArray many)
        {
            Batches++;
            if (many.Count > LargestBatch)
                return RefusedBatch();
            var replies = new JsonArray();
            foreach (var one in many)
                replies.Add(await PassAsync(request.RequestUri!, one!, cancellationToken));
            return ScriptedChain.Http(replies.ToJsonString());
        }
        return ScriptedChain.Http((await PassAsync(request.RequestUri!, body, cancellationToken)).ToJsonString());
    }

    private async Task<JsonObject> PassAsync(Uri chain, JsonNode call, CancellationToken stop)
    {
        var method = call["method"]!.GetValue<string>();
        int nth;
        lock (_lock)
            nth = _asked[method] = _asked.GetValueOrDefault(method) + 1;
        using var message = new HttpRequestMessage(HttpMethod.Post,
            chain) { Content = new StringContent(call.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
        using var answer = await base.SendAsync(message, stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var reply = JsonNode.Parse(await answer.Content.ReadAsStringAsync(stop))!.AsObject();
        return alter(method, call["params"]!.AsArray(), reply, nth);
    }
}
