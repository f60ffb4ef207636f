using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using Nethereum.JsonRpc.Client;

namespace DataBright.Bench.Ethereum;

/// <summary>A chain that answers what a scenario tells it to, to both clients alike.</summary>
/// <param name="answer">The result of a method with its parameters; <see cref="NodeRefusal"/> for an error.</param>
internal sealed class ScriptedNode(Func<string, JsonArray, CancellationToken, Task<JsonNode?>> answer) : HttpMessageHandler
{
    public static Uri Url { get; } = new("http://chain.example:8545/");

    public ScriptedNode(Func<string, JsonArray, JsonNode?> answer)
        : this((method, parameters, _) => Task.FromResult(answer(method, parameters)))
    {
    }

    /// <summary>A client of Nethereum that talks to this node.</summary>
    public RpcClient Theirs() => new(Url, new HttpClient(this, disposeHandler: false), null, null, null);

    /// <summary>A client of ours that talks to this node.</summary>
    public EthereumClient Ours() => new(new JsonRpcClient(new HttpClient(this, disposeHandler: false), Url));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        JsonNode reply;
        if (body is JsonArray batch)
        {
            var replies = new JsonArray();
            foreach (var one in batch) replies.Add(await ReplyAsync(one!, cancellationToken));
            reply = replies;
        }
        else
        {
            reply = await ReplyAsync(body, cancellationToken);
        }
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(reply.ToJsonString(), Encoding.UTF8,
            "application/json") };
    }

    private async Task<JsonNode> ReplyAsync(JsonNode request, CancellationToken stop)
    {
        var reply = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone() };
        try
        {
            reply["result"] = await answer(request["method"]!.GetValue<string>(), request["params"] as JsonArray ?? [], stop);
        }
        catch (NodeRefusal refusal)
        {
            reply["error"] = new JsonObject { ["code"] = -32000, ["message"] = refusal.Message };
        }
        return reply;
    }
}

/// <summary>An error that a node answers.</summary>
internal sealed class NodeRefusal(string message) : Exception(message);
