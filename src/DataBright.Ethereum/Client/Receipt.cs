using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>What became of a transaction that is in a block.</summary>
/// <param name="TransactionHash">The transaction.</param>
/// <param name="BlockNumber">The block's height.</param>
/// <param name="BlockHash">The block's hash.</param>
/// <param name="TransactionIndex">The transaction's place in the block.</param>
/// <param name="From">Who signed it.</param>
/// <param name="To">Who was called; null where a contract was created.</param>
/// <param name="ContractAddress">The contract that was created; null where none was.</param>
/// <param name="GasUsed">Gas that was used.</param>
/// <param name="GasPrice">Wei paid per gas; null where the node does not say.</param>
/// <param name="Status">Whether it succeeded; null where the node does not say.</param>
/// <param name="Logs">Its events in order.</param>
public sealed record Receipt(
    Hash32 TransactionHash, ulong BlockNumber, Hash32 BlockHash, uint TransactionIndex,
    Address From, Address? To, Address? ContractAddress, ulong GasUsed, Uint256? GasPrice, bool? Status, IReadOnlyList<Log> Logs)
{
    /// <summary>False where it reverted: then nothing but the fee remains of it. Whatever logged something has not reverted.</summary>
    public bool Succeeded => Status ?? Logs.Count > 0;

    /// <summary>
    /// Reads what is there. Nodes leave out, rename or add fields; a transaction that is in a block must not look as if it were not. Null
    /// where the receipt names no block: then it is in none yet.
    /// </summary>
    /// <param name="json">The answer.</param>
    /// <param name="asked">The transaction that was asked for; null where many were.</param>
    internal static Receipt? Read(RpcAnswer json, Hash32? asked)
    {
        if (json.IsNull || json["blockHash"].IsNull || json["blockNumber"].IsNull)
            return null;
        var hash = json["transactionHash"].Or<Hash32?>(j => j.Hash(), asked) ?? throw json["transactionHash"].Malformed("a hash");
        if (asked is { } wanted && wanted != hash)
            throw new ChainException(ChainFault.WrongId, json.Url, $"answered {json.Method} for {wanted} with the receipt of {hash}",
                "A proxy may be mixing up answers: ask the node directly.");
        var receipt = new Receipt(
            hash, json["blockNumber"].Number(), json["blockHash"].Hash(), json["transactionIndex"].Or(j => j.Place(), 0u),
            json["from"].Or(j => j.Address(), default), OptionalAddress(json["to"]), OptionalAddress(json["contractAddress"]),
            json.AnyOf("gasUsed", "cumulativeGasUsed").Or(j => j.Number(), 0UL),
            json.AnyOf("effectiveGasPrice", "gasPrice").Or<Uint256?>(j => j.Quantity(), null), json["status"].Or(StatusOf, null), []);
        return receipt with { Logs = [.. json["logs"].ItemsOrNone().Select((log, i) => Log.Read(log, receipt, (uint)i)).OfType<Log>()] };
    }

    private static bool? StatusOf(RpcAnswer json) => json.Json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => json.Number() switch { 0 => false, 1 => true, _ => null },
    };

    private static Address? OptionalAddress(RpcAnswer json) => json.IsNull ? null : json.Or<Address?>(j => j.Address(), null);
}
