using System.Collections.Concurrent;
using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>What is done outside the scheduler for one subject at a time.</summary>
internal enum ActKind
{
    /// <summary>Asking the ledger for workers and orders.</summary>
    Watch,

    /// <summary>Reading the plan of an order.</summary>
    Read,

    /// <summary>Moving a job from one phase to the next.</summary>
    Move,

    /// <summary>Taking back what is overdue and finding others for it.</summary>
    Tend,

    /// <summary>Opening tasks whose inputs are agreed on.</summary>
    Open,

    /// <summary>Asking the referee about a task.</summary>
    Judge,

    /// <summary>Telling the ledger of verdicts.</summary>
    Report,

    /// <summary>Anchoring commitments.</summary>
    Anchor,

    /// <summary>Making ready what a worker is given.</summary>
    Give,

    /// <summary>Measuring the average of a round, for people.</summary>
    Measure,
}

/// <summary>The subject of an act. Equal subjects take turns; different ones do not wait for each other.</summary>
internal readonly record struct ActKey(ActKind Kind, JobId? Job = null, TaskKey? Task = null, int Lease = 0);

/// <summary>
/// Acts that may fail or hang, each by itself: one at a time for each subject, for a bounded time, and after a failure not before a pause
/// that grows.
/// </summary>
internal sealed class Acts(TimeProvider clock, SchedulerTerms terms)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Everything new waits for the ledger to be asked again.</summary>
    private static readonly TimeSpan LongestWatchPause = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<ActKey, bool> _running = [];
    private readonly ConcurrentDictionary<ActKey, Rest> _resting = [];

    /// <summary>Whether an act on the subject can begin: none is under way, and no pause is to be kept.</summary>
    public bool IsDue(ActKey key) =>
        !_running.ContainsKey(key) && !(_resting.TryGetValue(key, out var rest) && clock.GetUtcNow() < rest.Until);

    /// <summary>
    /// Does an act now. A failure is told to <paramref name="ended"/> with how often it has failed; only that of the database is thrown.
    /// </summary>
    /// <param name="key">The subject.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="act">What is done.</param>
    /// <param name="ended">Told of a failure, and once, without one, when all is well again.</param>
    /// <param name="stop">Cancels.</param>
    public async Task DoAsync(
        ActKey key, TimeSpan limit, Func<CancellationToken, Task> act, Action<Exception?, Tries> ended, CancellationToken stop)
    {
        if (!_running.TryAdd(key, true)) return;
        try
        {
            await BoundedAsync(act, limit, stop);
            if (_resting.TryRemove(key, out _)) ended(null, default);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception fault) when (fault is not SchedulerStoreException)
        {
            ended(fault, Pause(key, fault));
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    /// <summary>How often an act on the subject has failed in a row.</summary>
    public int FailuresOf(ActKey key) => _resting.TryGetValue(key, out var rest) ? rest.Tries.Failures : 0;

    /// <summary>When an act on the subject that failed is tried again; null where none failed.</summary>
    public DateTimeOffset? NextOf(ActKey key) => _resting.TryGetValue(key, out var rest) ? rest.Until : null;

    /// <summary>Forgets the pauses of what is over.</summary>
    public void ForgetAll(Func<ActKey, bool> isOver)
    {
        foreach (var key in _resting.Keys.Where(isOver)) _resting.TryRemove(key, out _);
    }

    private Tries Pause(ActKey key, Exception fault)
    {
        var unforeseen = Faults.IsPassing(fault) ? 0 : 1;
        return _resting.AddOrUpdate(key, _ => Next(key, default, unforeseen), (_, last) => Next(key, last.Tries, unforeseen)).Tries;
    }

    /// <summary>An act that does not heed its cancellation is left behind: whatever it still does is safe twice.</summary>
    private async Task BoundedAsync(Func<CancellationToken, Task> act, TimeSpan limit, CancellationToken stop)
    {
        using var bound = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, stop);
        try
        {
            await act(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TimeoutException($"It took longer than {limit.TotalSeconds:0} s.");
        }
    }

    // The first failure is tried again at once: most pass by themselves.
    private Rest Next(ActKey key, Tries last, int unforeseen) => new(
        new Tries(last.Failures + 1, last.Unforeseen + unforeseen),
        last.Failures == 0 ? DateTimeOffset.MinValue : clock.GetUtcNow() + PauseAfter(key, last.Failures));

    private TimeSpan PauseAfter(ActKey key, int failures)
    {
        var longest = key.Kind == ActKind.Watch ? LongestWatchPause : terms.LongestPause;
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 16));
        return pause < longest ? pause : longest;
    }

    private readonly record struct Rest(Tries Tries, DateTimeOffset Until);
}

/// <summary>How often an act has failed in a row.</summary>
/// <param name="Failures">In all.</param>
/// <param name="Unforeseen">Of these, failures that nobody foresaw: those alone bring the end nearer.</param>
internal readonly record struct Tries(int Failures, int Unforeseen);
