using System.Security.Cryptography;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Compute.Points;

/// <summary>
/// Reads shards from a blob store, in the clear or sealed to <paramref name="reader"/>. Shards that were read stay in memory.
/// </summary>
/// <param name="blobs">Where the files are.</param>
/// <param name="reader">Opens what is sealed to it; null when nothing is sealed.</param>
/// <param name="keys">Keys that came on their own; null where none do.</param>
/// <param name="founderOf">Who founded a dataset, by the ledger; null where no private sets are read.</param>
/// <param name="maxBytes">Larger shards are refused.</param>
/// <param name="maxKept">Bytes of points to keep in memory.</param>
public sealed class BlobShardSource(IBlobStore blobs, EthereumKey? reader = null, IContentKeys? keys = null,
    Func<DatasetId, CancellationToken, Task<Address?>>? founderOf = null, long maxBytes = 4L << 30, long maxKept = 1L << 30)
    : IShardSource, IDisposable
{
    /// <summary>With the dataset for which it was read: what one may read of a file another may not.</summary>
    private readonly Dictionary<Wanted, Shard> _read = [];
    private readonly Queue<Wanted> _order = [];
    private readonly SemaphoreSlim _one = new(1);
    private long _held;

    public Task<Shard> ReadAsync(DatasetId dataset, ShardReference shard, CancellationToken stop) =>
        ReadAsync(new Wanted(shard, dataset, IsHeldOut: false), stop);

    public Task<Shard> ReadHeldOutAsync(DatasetId dataset, ShardReference heldOut, CancellationToken stop) =>
        ReadAsync(new Wanted(heldOut, dataset, IsHeldOut: true), stop);

    private async Task<Shard> ReadAsync(Wanted wanted, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            return _read.TryGetValue(wanted, out var known) ? known : Keep(wanted, await ReadFileAsync(wanted, stop));
        }
        catch (Exception fault) when (fault is BlobException || fault.IsUnreadable())
        {
            throw new ShardUnreadableException(wanted.Shard, fault.Message, fault);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Keeps what was read last, as much as fits.</summary>
    private Shard Keep(Wanted wanted, Shard shard)
    {
        _order.Enqueue(wanted);
        _read[wanted] = shard;
        for (_held += shard.Features.Length; _held > maxKept && _order.Count > 1;)
            if (_read.Remove(_order.Dequeue(), out var oldest)) _held -= oldest.Features.Length;
        return shard;
    }

    private async Task<Address> FounderAsync(DatasetId dataset, CancellationToken stop) =>
        (founderOf is null ? null : await founderOf(dataset, stop))
            ?? throw new FormatException($"nobody says who founded dataset {dataset}, for which it is sealed.");

    private async Task<Stream> OpenAsync(Stream file, Cid cid, CancellationToken stop)
    {
        using var key = keys?.Find(cid);
        if (key is not null) return await Envelope.OpenAsync(file, key, stop);
        return reader is not null ? await Envelope.OpenAsync(file, reader, stop)
            : throw new CryptographicException("It is sealed, and there is no key to open it with here.");
    }

    private async Task<Shard> ReadFileAsync(Wanted wanted, CancellationToken stop)
    {
        var reference = wanted.Shard;
        await using var file = await blobs.OpenAsync(reference.Cid, stop);
        var shard = await Envelope.IsOneAsync(file, stop)
            ? await OpenedAsync(file, wanted, stop) : await ShardFile.ReadAsync(file, maxBytes, stop);
        if (shard.Count != reference.Count) throw new FormatException($"it has {shard.Count} points, not {reference.Count}.");
        if (shard.Root != reference.Root) throw new FormatException($"its points have the root {shard.Root}.");
        return shard;
    }

    private async Task<Shard> OpenedAsync(Stream file, Wanted wanted, CancellationToken stop)
    {
        await using var content = await OpenAsync(file, wanted.Shard.Cid, stop);
        var founder = await FounderAsync(wanted.Dataset, stop);
        return wanted.IsHeldOut
            ? await HeldOutFile.ReadAsync(content, founder, maxBytes, stop)
            : await SealedShardFile.ReadAsync(content, wanted.Dataset, founder, maxBytes, stop);
    }

    private readonly record struct Wanted(ShardReference Shard, DatasetId Dataset, bool IsHeldOut);
}
