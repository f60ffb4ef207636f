using System.Security.Cryptography;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Storage;

namespace DataBright.Compute.Points;

/// <summary>Reads shards from a blob store, in the clear or sealed to <paramref name="reader"/>. Shards that were read stay in memory.</summary>
/// <param name="blobs">Where the files are.</param>
/// <param name="reader">Opens what is sealed to it; null when nothing is sealed.</param>
/// <param name="mostBytes">Larger shards are refused.</param>
/// <param name="mostKept">Bytes of points to keep in memory.</param>
public sealed class BlobShardSource(IBlobStore blobs, EthereumKey? reader = null, long mostBytes = 4L << 30, long mostKept = 1L << 30) : IShardSource, IDisposable
{
    private readonly Dictionary<ShardReference, Shard> _read = [];
    private readonly Queue<ShardReference> _order = [];
    private readonly SemaphoreSlim _one = new(1);
    private long _held;

    public async Task<Shard> ReadAsync(ShardReference shard, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            if (_read.TryGetValue(shard, out var known)) return known;
            return Keep(shard, await ReadFileAsync(shard, stop));
        }
        catch (Exception fault) when (fault is BlobException or FormatException or CryptographicException or EndOfStreamException)
        {
            throw new ShardUnreadableException(shard, fault.Message, fault);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Keeps what was read last, as much as fits.</summary>
    private Shard Keep(ShardReference reference, Shard shard)
    {
        _order.Enqueue(reference);
        _read[reference] = shard;
        for (_held += shard.Features.Length; _held > mostKept && _order.Count > 1;)
            if (_read.Remove(_order.Dequeue(), out var oldest)) _held -= oldest.Features.Length;
        return shard;
    }

    private async Task<Shard> ReadFileAsync(ShardReference reference, CancellationToken stop)
    {
        await using var file = await blobs.OpenAsync(reference.Cid, stop);
        var magic = new byte[4];
        await file.ReadExactlyAsync(magic, stop);
        file.Position = 0;
        await using var content = magic.AsSpan().SequenceEqual("DBEN"u8) && reader is not null ? await Envelope.OpenAsync(file, reader, stop) : file;
        var shard = await ShardFile.ReadAsync(content, mostBytes, stop);
        if (shard.Count != reference.Count) throw new FormatException($"it has {shard.Count} points, not {reference.Count}.");
        if (shard.Root != reference.Root) throw new FormatException($"its points have the root {shard.Root}.");
        return shard;
    }
}
