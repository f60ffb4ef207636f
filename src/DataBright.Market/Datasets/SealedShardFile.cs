using System.Buffers.Binary;
using DataBright.Ethereum;

namespace DataBright.Market.Datasets;

/// <summary>
/// A shard before it is sealed: <c>DBSH</c>, 1, three zero bytes, the dataset that it is offered to (u64, little endian, zero for a first
/// shard, whose dataset has no number yet), the address of that dataset's founder (20), and the shard. A trusted node opens it for that
/// dataset of that founder alone. Else anybody could found a dataset that lists another's shard, and have it sent to workers of its own;
/// numbers alone begin anew in every market.
/// </summary>
public static class SealedShardFile
{
    private const int HeadSize = 8 + sizeof(ulong) + Address.Size;

    private static readonly byte[] Magic = [.. "DBSH"u8, 1, 0, 0, 0];

    /// <summary>The first shard of a dataset, which has no number yet.</summary>
    public static byte[] OfFounder(Address founder, Shard shard) => ToBytes(default, founder, shard);

    /// <summary>A shard that is offered to a dataset.</summary>
    public static byte[] OfOffer(DatasetId dataset, Address founder, Shard shard) => ToBytes(dataset, founder, shard);

    /// <param name="opened">What was in the envelope.</param>
    /// <param name="dataset">For which it is read.</param>
    /// <param name="founder">Who founded that dataset, by the ledger.</param>
    /// <param name="maxBytes">Of features.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="FormatException">It is no such file, or another dataset's.</exception>
    public static async Task<Shard> ReadAsync(Stream opened, DatasetId dataset, Address founder, long maxBytes, CancellationToken stop)
    {
        var head = new byte[HeadSize];
        if (await opened.ReadAtLeastAsync(head, HeadSize, throwOnEndOfStream: false, stop) < HeadSize
            || !head.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new FormatException("it is no sealed shard.");
        var of = new DatasetId(BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(Magic.Length)));
        var by = new Address(head.AsSpan(Magic.Length + sizeof(ulong)));
        if (by != founder) throw new FormatException($"it was sealed for datasets of {by}, and {founder} founded dataset {dataset}.");
        if (of != default && of != dataset) throw new FormatException($"it was sealed for dataset {of}, and not for {dataset}.");
        return await ShardFile.ReadAsync(opened, maxBytes, stop);
    }

    private static byte[] ToBytes(DatasetId dataset, Address founder, Shard shard)
    {
        var number = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, dataset.Value);
        return [.. Magic, .. number, .. founder.ToArray(), .. ShardFile.ToBytes(shard)];
    }
}
