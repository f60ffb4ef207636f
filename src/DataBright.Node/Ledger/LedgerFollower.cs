using System.Diagnostics.Metrics;
using DataBright.Ethereum;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Node.Roles;

namespace DataBright.Node.Ledger;

/// <summary>Keeps the index up with the chain for as long as the node runs. A chain that is away is asked again until it is back.</summary>
internal sealed class LedgerFollower(
    LedgerIndex index, EthereumClient chain, ChainHead head, LedgerPulse pulse, IMeterFactory meters, TimeProvider clock,
    ILogger<LedgerFollower> log)
    : BackgroundRole("Following the ledger", clock, log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>People at pages wait for it: a chain that came back is seen soon.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private const int MaxTold = 10;

    private readonly Retries _retries = new(new RetryTerms(Timeout, Timeout), clock);
    private long _unreadable;
    private ulong _told;
    private bool _isWatched;
    private string? _noted;

    protected override async Task RunAsync(CancellationToken stop)
    {
        if (!_isWatched) LedgerMetrics.Watch(meters, head, index);
        _isWatched = true;
        while (true)
        {
            if (index.Note != _noted && index.Note is { } note) Log.LogWarning("{Note}", note);
            _noted = index.Note;
            var newest = await chain.BlockNumberAsync(stop);
            head.Number = newest;
            var before = index.Position;
            using (newest >= index.NextBlock ? IndexMetrics.Pass() : null) await index.CatchUpAsync(chain, Clock, stop);
            _unreadable = Tell(_unreadable);
            if (_retries.Succeed()) Log.LogInformation("The ledger is followed again.");
            if (index.Position != before) pulse.Beat();
            await Task.Delay(Pause, Clock, stop);
        }
    }

    protected override async Task PauseAfterAsync(Exception fault, CancellationToken stop)
    {
        var step = _retries.Fail(fault);
        if (step.IsNews) Log.LogWarning("The ledger cannot be followed now: {Fault}", step.Reason);
        head.Number = null;
        pulse.Beat();
        await Task.Delay(step.Pause, Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Says of each event that cannot be read, once, that it is left out.</summary>
    private long Tell(long known)
    {
        if (index.NextBlock == _told) return known;
        _told = index.NextBlock;
        long count = index.UnreadableCount;
        if (count > known)
            foreach (var odd in index.Unreadable((int)Math.Min(count - known, MaxTold)))
                Log.LogWarning("An event cannot be read and is left out: block {Block}, log {Log} of {Contract}: {Reason}", odd.Block,
                    odd.Log, odd.Contract, odd.Reason);
        return count;
    }
}
