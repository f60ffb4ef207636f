using DataBright.Ethereum;

namespace DataBright.Market.Datasets;

/// <summary>
/// A private held-out set before it is sealed: <c>DBHO</c>, 1, three zero bytes, the address of the dataset's founder (20), and the shard.
/// A trusted node opens it for that founder's datasets alone. Else anybody could found a dataset that names another's set, and have it sent
/// to workers of its own.
/// </summary>
public static class HeldOutFile
{
    private const int HeadSize = 8 + Address.Size;

    private static readonly byte[] Magic = [.. "DBHO"u8, 1, 0, 0, 0];

    public static byte[] ToBytes(Address founder, Shard heldOut) => [.. Magic, .. founder.ToArray(), .. ShardFile.ToBytes(heldOut)];

    /// <exception cref="FormatException">It is no such file, or another founder's.</exception>
    public static async Task<Shard> ReadAsync(Stream opened, Address founder, long maxBytes, CancellationToken stop)
    {
        var head = new byte[HeadSize];
        if (await opened.ReadAtLeastAsync(head, HeadSize, throwOnEndOfStream: false, stop) < HeadSize
            || !head.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new FormatException("it is no held-out set.");
        if (new Address(head.AsSpan(Magic.Length)) != founder)
            throw new FormatException($"it is the held-out set of another founder than {founder}.");
        return await ShardFile.ReadAsync(opened, maxBytes, stop);
    }
}
