using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>
/// Shows some points of a shard that lies open on this node, and the few of a sealed one that anybody may see. Its bytes are a stranger's:
/// they are read by the strict reader, at most so many of them, and only pictures that we encode ourselves leave this room.
/// </summary>
internal sealed class SampleReader(IBlobStore blobs, ILogger<SampleReader> log, TimeProvider clock, SealedSamples? opened = null)
    : IDisposable
{
    private const int MaxBytes = 64 * 1024 * 1024;
    private const int MaxRemembered = 8;

    /// <summary>Shards that are read or wait for it; of more there is nothing to see until some were read.</summary>
    private const int MaxWaiting = 32;

    /// <summary>How long a page waits: it is shown without samples then, and with them when it is looked at again.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();

    /// <summary>
    /// Many large shards that are asked for in turn push each other out of what is remembered: reading them keeps one core busy, not all.
    /// </summary>
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    private int _waiting;

    private readonly LinkedList<(Cid Cid, SampledOffer? Offer, Task<ShardSamples?> Samples)> _remembered = [];

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Null where the shard is not here, cannot be opened here, is damaged, has no pictures, or was not read in time.</summary>
    /// <param name="cid">The file.</param>
    /// <param name="offer">To which dataset it belongs; null where nobody says, and what is sealed stays so.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<ShardSamples?> FindAsync(Cid? cid, SampledOffer? offer, CancellationToken stop)
    {
        if (cid is not { } known) return null;
        // One reading serves all who ask, so it must not end with the first who leaves.
        var reading = Remember(known.ToVersion1(), offer);
        try
        {
            return await reading.WaitAsync(Timeout, clock, stop);
        }
        catch (TimeoutException) when (!reading.IsFaulted)
        {
            return null;
        }
    }

    private Task<ShardSamples?> Remember(Cid cid, SampledOffer? offer)
    {
        lock (_gate)
        {
            var node = _remembered.First;
            while (node is not null && (node.Value.Cid != cid || node.Value.Offer != offer)) node = node.Next;
            if (node is not null) _remembered.Remove(node);
            // What was missing may arrive, so only what was found is kept.
            if (node is null || node.Value.Samples is { IsCompleted: true } done
                && !(done.IsCompletedSuccessfully && done.GetAwaiter().GetResult() is not null))
                node = new((cid, offer, ReadAsync(cid, offer)));
            _remembered.AddFirst(node);
            if (_remembered.Count > MaxRemembered) _remembered.RemoveLast();
            return node.Value.Samples;
        }
    }

    private async Task<ShardSamples?> ReadAsync(Cid cid, SampledOffer? offer)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }
        await _oneAtATime.WaitAsync(CancellationToken.None);
        try
        {
            await using var file = await blobs.OpenAsync(cid, CancellationToken.None);
            if (file.Length > MaxBytes) return null;
            if (!await Envelope.IsOneAsync(file, CancellationToken.None))
                return await Task.Run(() => ShardSamples.ReadAsync(file, CancellationToken.None));
            if (opened is null || offer is null || await opened.FindAsync(cid, offer) is not { } shown) return null;
            using var drawn = new MemoryStream(ShardFile.ToBytes(shown), writable: false);
            return (await ShardSamples.ReadAsync(drawn, CancellationToken.None))?.DrawnFrom(offer.Points);
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
            Interlocked.Decrement(ref _waiting);
            _oneAtATime.Release();
        }
    }
}
