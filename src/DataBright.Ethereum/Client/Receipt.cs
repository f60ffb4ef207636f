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
/// <param name="GasPrice">Wei paid per gas.</param>
/// <param name="Succeeded">False where it reverted: then nothing but the fee remains of it.</param>
/// <param name="Logs">Its events in order.</param>
public sealed record Receipt(
    Hash32 TransactionHash, ulong BlockNumber, Hash32 BlockHash, uint TransactionIndex,
    Address From, Address? To, Address? ContractAddress, ulong GasUsed, Uint256 GasPrice, bool Succeeded, IReadOnlyList<Log> Logs)
{
    internal static Receipt Read(Answer json) => new(
        json["transactionHash"].Hash(), json["blockNumber"].Number(), json["blockHash"].Hash(), (uint)json["transactionIndex"].Number(),
        json["from"].Address(), OptionalAddress(json["to"]), OptionalAddress(json["contractAddress"]),
        json["gasUsed"].Number(), json["effectiveGasPrice"].Quantity(), json["status"].Number() == 1,
        [.. json["logs"].Items().Select(Log.Read)]);

    private static Address? OptionalAddress(Answer json) => json.IsNull ? null : json.Address();
}
