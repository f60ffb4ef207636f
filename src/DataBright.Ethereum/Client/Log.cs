namespace DataBright.Ethereum;

/// <summary>What a contract logged: an event.</summary>
/// <param name="Address">The contract.</param>
/// <param name="Topics">The event's topic and its indexed parameters, at most four.</param>
/// <param name="Data">The other parameters, ABI-encoded.</param>
/// <param name="BlockNumber">The block's height.</param>
/// <param name="BlockHash">The block's hash.</param>
/// <param name="TransactionHash">The transaction that logged it.</param>
/// <param name="TransactionIndex">The transaction's place in its block.</param>
/// <param name="Index">The log's place in its block.</param>
/// <param name="BlockTimestamp">When the block was made; null where the node does not say.</param>
public sealed record Log(
    Address Address, IReadOnlyList<Hash32> Topics, ReadOnlyMemory<byte> Data,
    ulong BlockNumber, Hash32 BlockHash, Hash32 TransactionHash, uint TransactionIndex, uint Index,
    DateTimeOffset? BlockTimestamp)
{
    internal static Log Read(RpcAnswer json) => new(
        json["address"].Address(), [.. json["topics"].ItemsOrNone().Select(t => t.Hash())], json["data"].IsNull ? [] : json["data"].Bytes(),
        json["blockNumber"].Number(), json["blockHash"].Hash(),
        json["transactionHash"].Hash(), json["transactionIndex"].Or(j => j.Place(), 0u), json["logIndex"].Place(),
        json["blockTimestamp"].Or<DateTimeOffset?>(j => j.IsNull ? null : j.Time(), null));

    /// <summary>A log within a receipt, which says once for all of them where they are; null where it is no log.</summary>
    internal static Log? Read(RpcAnswer json, Receipt of, uint place)
    {
        try
        {
            return new Log(
                json["address"].Address(), [.. json["topics"].ItemsOrNone().Select(t => t.Hash())],
                json["data"].IsNull ? [] : json["data"].Bytes(),
                of.BlockNumber, of.BlockHash, of.TransactionHash, of.TransactionIndex, json["logIndex"].Or(j => j.Place(), place),
                json["blockTimestamp"].Or<DateTimeOffset?>(j => j.IsNull ? null : j.Time(), null));
        }
        catch (ChainException)
        {
            return null;
        }
    }
}
