using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Cli.Datasets;

/// <summary>Shards in the data folder's store.</summary>
internal static class ShardStore
{
    private const long MaxBytes = 4L << 30;

    public static async Task<OfferedShard> KeepAsync(IBlobStore blobs, Shard shard, CancellationToken stop)
    {
        using var file = new MemoryStream();
        await ShardFile.WriteAsync(shard, file, stop);
        file.Position = 0;
        return new OfferedShard(shard.Root, shard.Count, await blobs.PutAsync(file, stop));
    }

    public static async Task<Shard> ReadAsync(IBlobStore blobs, Cid cid, CancellationToken stop)
    {
        await using var file = await blobs.OpenAsync(cid, stop);
        return await ShardFile.ReadAsync(file, MaxBytes, stop);
    }

    /// <summary>The shards that a dataset has; null where some of them are not in this store, or sealed.</summary>
    public static async Task<IReadOnlyList<Shard>?> KnownAsync(IBlobStore blobs, LedgerIndex index, DatasetId dataset,
        CancellationToken stop)
    {
        var known = new List<Shard>();
        foreach (var listed in Listed(index, dataset))
        {
            if (listed.Cid is not { } cid || !await blobs.HasAsync(cid, stop))
                return null;
            await using var file = await blobs.OpenAsync(cid, stop);
            if (await Envelope.IsOneAsync(file, stop))
                return null;
            known.Add(await ShardFile.ReadAsync(file, MaxBytes, stop));
        }

        return known;
    }

    public static IEnumerable<IndexedShard> Listed(LedgerIndex index, DatasetId dataset) =>
        Access.ListOptions.Read(int.MaxValue, request => index.Datasets.Shards(dataset, request)).Where(shard => !shard.Delisted);
}
