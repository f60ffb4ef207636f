using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>What a call would do if it were sent now, after the calls before it.</summary>
/// <param name="GasUsed">The gas it would use; null where the node cannot tell.</param>
/// <param name="Logs">What contracts would log; they are in no block.</param>
/// <param name="Fault">Why it would revert; null where it would not.</param>
public sealed record Rehearsed(ulong? GasUsed, IReadOnlyList<Log> Logs, RevertException? Fault);

/// <summary>Calls executed one after the other on top of the newest block, and then forgotten: nothing is signed or sent.</summary>
public static class Rehearsal
{
    private const ulong MaxGas = 1UL << 48;

    /// <summary>
    /// Rehearses calls of one account, each on what the ones before it changed; one that reverts changes nothing for the next.
    /// </summary>
    /// <returns>One for each call, in order; null where the node does not offer <c>eth_simulateV1</c>.</returns>
    public static async Task<IReadOnlyList<Rehearsed>?> RehearseAsync(this EthereumClient client, IReadOnlyList<ContractCall> calls,
        Address from, CancellationToken stop = default)
    {
        if (calls.Count == 0)
            return [];
        // Gas is not paid for: whoever only asks may have no ether.
        var block = new JsonObject { ["calls"] = new JsonArray([.. calls.Select(call => Call(call, from))]) };
        var request = new JsonObject { ["blockStateCalls"] = new JsonArray(block), ["validation"] = false };
        try
        {
            var answer = new RpcAnswer(client.Rpc.Url, "eth_simulateV1",
                await client.Rpc.CallAsync(new RpcRequest("eth_simulateV1", request, "latest"), stop));
            var done = answer.Items().First()["calls"].Items().ToList();
            return done.Count == calls.Count ? [.. done.Zip(calls, (one, call) => Read(client, one, call))]
                : throw answer.Malformed($"the outcome of {calls.Count} calls");
        }
        catch (RpcException refusal) when (refusal.Meaning != RpcMeaning.Busy)
        {
            return null;
        }
    }

    private static JsonObject Call(ContractCall call, Address from)
    {
        var json = new JsonObject { ["from"] = from.ToString(), ["to"] = call.To.ToString(), ["input"] = Hex.Encode(call.Data) };
        if (!call.Value.IsZero)
            json["value"] = call.Value.ToQuantity();
        return json;
    }

    private static Rehearsed Read(EthereumClient client, RpcAnswer one, ContractCall call)
    {
        var gas = one["gasUsed"].Number() is <= MaxGas and var used ? used : throw one.Malformed("an amount of gas");
        if (one["status"].Number() == 1)
            return new Rehearsed(gas, [.. one["logs"].ItemsOrNone().Select(LogOf)], null);
        var data = one["error"] is { IsNull: false } error && !error["data"].IsNull
            ? error["data"].Bytes() : one["returnData"].IsNull ? [] : one["returnData"].Bytes();
        return new Rehearsed(gas, [], new RevertException(call.Function, data, client.Errors.Find(data)));
    }

    private static Log LogOf(RpcAnswer log) => new(
        log["address"].Address(), [.. log["topics"].ItemsOrNone().Select(topic => topic.Hash())],
        log["data"].IsNull ? [] : log["data"].Bytes(),
        0, Hash32.Zero, Hash32.Zero, 0, log["logIndex"].Or(index => index.Place(), 0u), null);
}
