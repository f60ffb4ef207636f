using DataBright.Failures;
using DataBright.Storage;

namespace DataBright.Node.Uploads;

/// <summary>Finished uploads whose time is over: those that the ledger names stay for good, the others go.</summary>
/// <param name="blobs">Where they are.</param>
/// <param name="named">What the ledger names; null where this node does not read it, and then nothing goes.</param>
/// <param name="clock">Says what is over.</param>
/// <param name="log">Is told of files that cannot be removed; null where nobody reads it.</param>
internal sealed class UnusedUploads(IBlobStore blobs, INamedFiles? named, TimeProvider clock, ILogger<UnusedUploads>? log = null)
{
    private static readonly RetryTerms Terms = new(TimeSpan.FromMinutes(10), TimeSpan.FromDays(1));

    private readonly RetryBook<Cid> _failed = new(Terms, clock);

    /// <returns>How many were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken stop)
    {
        if (named is null) return 0;
        var now = clock.GetUtcNow();
        var expired = await blobs.ExpiredAsync(now, stop);
        if (expired.Count == 0) return 0;
        var (removed, asked, kept) = (0, (ulong?)null, (IReadOnlySet<Cid>?)null);
        foreach (var cid in expired)
        {
            // A block that came while others were removed may name this one.
            if (await named.BlockAsync(stop) is not { } block) return removed;
            if (block != asked) (asked, kept) = (block, await named.AmongAsync(expired, stop));
            if (kept is null) return removed;
            if (_failed.IsDue(cid) && await TryAsync(cid, kept)) removed++;
        }
        return removed;

        // One file that cannot be touched does not keep the others.
        async Task<bool> TryAsync(Cid cid, IReadOnlySet<Cid> kept)
        {
            try
            {
                var isRemoved = !kept.Contains(cid) && await blobs.RemoveExpiredAsync(cid, now, stop);
                if (kept.Contains(cid)) await blobs.KeepAsync(cid, stop);
                _failed.Forget(cid);
                return isRemoved;
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                var step = _failed.Fail(cid, fault);
                if (step.IsNews) log?.LogWarning("{Fault}", step.Tell($"Removing the unused file {cid}", ""));
                return false;
            }
        }
    }
}

/// <summary>Which files the ledger names.</summary>
internal interface INamedFiles
{
    /// <returns>The newest block, where all up to it has been read; null where that cannot be told or is not so.</returns>
    Task<ulong?> BlockAsync(CancellationToken stop);

    /// <returns>Those of some files that are named; null where that cannot be told now, because the newest blocks have not been
    /// read.</returns>
    Task<IReadOnlySet<Cid>?> AmongAsync(IReadOnlyCollection<Cid> files, CancellationToken stop);
}
