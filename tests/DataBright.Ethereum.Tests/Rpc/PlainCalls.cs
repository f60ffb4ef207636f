using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>One call by name, as tests write theirs to a chain.</summary>
internal static class PlainCalls
{
    /// <summary>Calls one method with positional parameters.</summary>
    public static Task<JsonElement> CallAsync(this JsonRpcClient rpc, string method, params JsonNode?[] parameters) =>
        rpc.CallAsync(new RpcRequest(method, parameters), CancellationToken.None);
}
