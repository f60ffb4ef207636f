using DataBright.Market.Datasets;
using DataBright.Market.Storage;
using DataBright.Node.Web;

namespace DataBright.Node.Proposals;

/// <summary>
/// Shows some points of a shard that lies open on this node. Its bytes are a stranger's: they are read by the strict
/// reader, at most so many of them, and only pictures that we encode ourselves leave this room.
/// </summary>
internal sealed class SampleRoom(IBlobStore blobs, ILogger<SampleRoom> log) : IDisposable
{
    private const int MostBytes = 64 * 1024 * 1024;
    private const int MostRemembered = 8;

    private readonly Lock _gate = new();

    /// <summary>Many large shards that are asked for in turn push each other out of what is remembered: reading them keeps one core busy, not all.</summary>
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    private readonly LinkedList<(Cid Cid, Task<ShardSamples?> Samples)> _remembered = [];

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Null where the shard is not here, is encrypted, is damaged, or has no pictures.</summary>
    public async Task<ShardSamples?> FindAsync(Cid? cid, CancellationToken stop)
    {
        if (cid is not { } known) return null;
        // One reading serves all who ask, so it must not end with the first who leaves.
        return await Remember(known.ToVersion1()).WaitAsync(stop);
    }

    private Task<ShardSamples?> Remember(Cid cid)
    {
        lock (_gate)
        {
            var node = _remembered.First;
            while (node is not null && node.Value.Cid != cid) node = node.Next;
            if (node is not null) _remembered.Remove(node);
            // What was missing may arrive, so only what was found is kept.
            if (node is null || node.Value.Samples is { IsCompleted: true } done && !(done.IsCompletedSuccessfully && done.GetAwaiter().GetResult() is not null))
                node = new((cid, ReadAsync(cid)));
            _remembered.AddFirst(node);
            if (_remembered.Count > MostRemembered) _remembered.RemoveLast();
            return node.Value.Samples;
        }
    }

    private async Task<ShardSamples?> ReadAsync(Cid cid)
    {
        await _oneAtATime.WaitAsync(CancellationToken.None);
        try
        {
            await using var file = await blobs.OpenAsync(cid, CancellationToken.None);
            if (file.Length > MostBytes) return null;
            return await Task.Run(() => ShardSamples.ReadAsync(file, CancellationToken.None));
        }
        catch (BlobMissingException)
        {
            return null;
        }
        catch (FormatException)
        {
            // Encrypted, or not a shard at all: the ledger takes any bytes for a CID.
            return null;
        }
        catch (BlobException e)
        {
            log.LogWarning(e, "The shard {Cid} cannot be shown", cid);
            return null;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }
}
