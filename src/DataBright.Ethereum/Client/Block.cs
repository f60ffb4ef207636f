namespace DataBright.Ethereum;

/// <summary>A block's header and the hashes of its transactions.</summary>
/// <param name="Number">Its height; the first block is 0.</param>
/// <param name="Hash">Its hash, which stands for all blocks before it too.</param>
/// <param name="ParentHash">The hash of the block before.</param>
/// <param name="Timestamp">When it was made, in whole seconds.</param>
/// <param name="GasLimit">Gas that its transactions may use together.</param>
/// <param name="GasUsed">Gas that they used.</param>
/// <param name="BaseFee">Wei per gas that is burnt (EIP-1559).</param>
/// <param name="Transactions">The transactions' hashes in order.</param>
public sealed record Block(
    ulong Number, Hash32 Hash, Hash32 ParentHash, DateTimeOffset Timestamp,
    ulong GasLimit, ulong GasUsed, Uint256 BaseFee, IReadOnlyList<Hash32> Transactions)
{
    internal static Block Read(Answer json) => new(
        json["number"].Number(), json["hash"].Hash(), json["parentHash"].Hash(),
        DateTimeOffset.FromUnixTimeSeconds((long)json["timestamp"].Number()),
        json["gasLimit"].Number(), json["gasUsed"].Number(),
        json["baseFeePerGas"].IsNull ? Uint256.Zero : json["baseFeePerGas"].Quantity(),
        [.. json["transactions"].Items().Select(t => t.Hash())]);
}
