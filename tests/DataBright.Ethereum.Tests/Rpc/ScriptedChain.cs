using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace DataBright.Ethereum.Rpc;

/// <summary>A chain that answers what a test tells it to.</summary>
public sealed class ScriptedChain(Func<JsonNode, int, HttpResponseMessage> answer) : HttpMessageHandler
{
    public static Uri Url { get; } = new("http://chain.example:8545/");

    /// <summary>Every request's body, in order.</summary>
    public List<JsonNode> Requests { get; } = [];

    /// <summary>Answers every request with the same text.</summary>
    public static ScriptedChain Saying(string text, HttpStatusCode status = HttpStatusCode.OK) => new((_, _) => Http(text, status));

    /// <summary>Answers each call of a request on its own, in proper JSON-RPC.</summary>
    public static ScriptedChain Calling(Func<string, JsonArray, JsonNode?> call) => new((request, _) => Http(
        request is JsonArray batch
            ? new JsonArray([.. batch.Select(r => Reply(r!, call))]).ToJsonString()
            : Reply(request, call).ToJsonString()));

    public static HttpResponseMessage Http(string text, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Result(JsonNode request, JsonNode? result) =>
        Http(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = result }.ToJsonString());

    public static HttpResponseMessage Error(JsonNode request, int code, string message, JsonNode? data = null) =>
        Http(new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = request["id"]!.DeepClone(),
            ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["data"] = data },
        }.ToJsonString());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        Requests.Add(body);
        return answer(body, Requests.Count);
    }

    private static JsonObject Reply(JsonNode request, Func<string, JsonArray, JsonNode?> call) => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = request["id"]!.DeepClone(),
        ["result"] = call(request["method"]!.GetValue<string>(), request["params"]!.AsArray()),
    };
}
