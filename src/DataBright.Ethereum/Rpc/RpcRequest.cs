using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>One JSON-RPC call: a method and its positional parameters.</summary>
/// <param name="Method">For example <c>eth_blockNumber</c>.</param>
/// <param name="Parameters">JSON values in order; null is JSON's null.</param>
public sealed record RpcRequest(string Method, params JsonNode?[] Parameters)
{
    /// <summary>
    /// Whether asking twice does no more than asking once: reads of the chain, and broadcasting bytes that are already
    /// signed. Only such a call is sent again when the network fails in the middle of it.
    /// </summary>
    public bool IsIdempotent =>
        Method is "eth_call" or "eth_estimateGas" or "eth_blockNumber" or "eth_chainId" or "eth_feeHistory"
            or "eth_gasPrice" or "eth_maxPriorityFeePerGas" or "eth_syncing" or "eth_sendRawTransaction"
            or "net_version" or "web3_clientVersion"
        || Method.StartsWith("eth_get", StringComparison.Ordinal) && Method is not "eth_getFilterChanges";
}
