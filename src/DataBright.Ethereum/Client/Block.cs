using System.Text.Json;

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
    internal static Block Read(RpcAnswer json) => new(
        json["number"].Number(), json["hash"].Hash(), json["parentHash"].Hash(), json["timestamp"].Time(),
        json["gasLimit"].Or(j => j.Number(), 0UL), json["gasUsed"].Or(j => j.Number(), 0UL),
        json["baseFeePerGas"].Or(j => j.Quantity(), Uint256.Zero),
        [.. json["transactions"].ItemsOrNone().Select(t => t.Json.ValueKind == JsonValueKind.Object ? t["hash"].Hash() : t.Hash())]);
}

/// <summary>What is looked at of a block to see whether it can have logs.</summary>
/// <param name="Number">Its height.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Parent">The hash of the block before; null where the node does not say.</param>
/// <param name="Bloom">Its filter of logs; null where the chain has none.</param>
/// <param name="IsIdle">Whether it has no transactions, as the node says.</param>
internal sealed record BlockHead(ulong Number, Hash32 Hash, Hash32? Parent, LogBloom? Bloom, bool IsIdle)
{
    public static BlockHead Read(RpcAnswer json, ulong asked) => new(
        json["number"].IsNull ? asked : json["number"].Number(), json["hash"].Hash(), json["parentHash"].Or<Hash32?>(j => j.Hash(), null),
        json["logsBloom"].Or(j => LogBloom.Of(j.Bytes()), null),
        json["transactions"].Json.ValueKind == JsonValueKind.Array && !json["transactions"].Items().Any());
}
