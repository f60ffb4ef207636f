using System.Collections.Concurrent;
using DataBright.Compute.Failures;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Failures;

namespace DataBright.Compute.Workers;

/// <summary>
/// A worker: asks a scheduler what there is to do, and does it. Everything it must remember is in its folder, so it can be killed at any
/// time;
/// the scheduler tells it again what it was doing, and it goes on where its trace ends.
/// </summary>
public sealed partial class WorkerEngine(
    EthereumKey key, ISchedulerWire wire, WorkFolder folder, ITaskExecutor executor, TimeProvider clock, WorkerOptions options,
    IProgress<WorkerNews>? news = null, WorkerMetrics? metrics = null) : IDisposable
{
    /// <summary>Short, because a worker that leaves watches its own time as well as the scheduler's.</summary>
    private static readonly TimeSpan DrainPollWait = TimeSpan.FromSeconds(1);

    private static readonly RetryTerms Polling = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30));

    /// <summary>How long a task that was told to end may take to do so: it looks between two of its steps.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(1);

    private readonly TimedWire _wire = new TimedWire(wire, options, clock);
    private readonly TaskFiles _files = new(key, new TimedWire(wire, options, clock), folder, options, clock);
    private readonly ConcurrentDictionary<LeaseId, Running> _running = [];
    private readonly ConcurrentDictionary<LeaseId, bool> _unrevealed = [];
    private readonly ConcurrentDictionary<Duty, Task> _replying = [];
    private readonly CancellationTokenSource _ending = new();

    // Workers that lost the same scheduler do not come back to it together.
    private readonly Retries _polls = new(Polling, clock, new Random(key.Address.GetHashCode()));
    private readonly RetryBook<Duty> _failed = new(new RetryTerms(options.Retry, TimeSpan.FromMinutes(5), options.MaxFailures), clock);
    private CancellationTokenSource _interruption = new();
    private JobDomain? _domain;

    /// <summary>
    /// Works until <paramref name="stop"/>; after <paramref name="drain"/>, takes nothing new and leaves as soon as it owes no answer.
    /// </summary>
    public async Task RunAsync(CancellationToken drain, CancellationToken stop)
    {
        metrics?.Watch(() => _running.Count);
        DateTimeOffset? leaveAt = null;
        while (!stop.IsCancellationRequested)
        {
            if (drain.IsCancellationRequested) leaveAt ??= clock.GetUtcNow() + options.Drain;
            if (leaveAt is { } last && ((_running.IsEmpty && _unrevealed.IsEmpty && _replying.IsEmpty) || clock.GetUtcNow() >= last)) break;
            // Finished work or the wish to drain ends a poll that is being held back.
            using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(stop, _interruption.Token,
                leaveAt is null ? drain : default);
            try
            {
                var begun = clock.GetTimestamp();
                var isNews = await TurnAsync(leaveAt is null ? options.PollWait : DrainPollWait, takesWork: leaveAt is null,
                    interrupted.Token);
                _polls.Succeed();
                // What is under way is told by every poll at once, and a scheduler need not hold back an empty answer.
                if (!isNews && Polling.First - clock.GetElapsedTime(begun) is { Ticks: > 0 } rest)
                    await Task.Delay(rest, clock, interrupted.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
            {
                // Cancelled from outside or interrupted by ourselves: the loop's conditions tell which.
            }
            catch (Exception fault)
            {
                var step = _polls.Fail(fault);
                if (step.IsNews) Tell(null, fault);
                await Task.Delay(step.Pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (_interruption.IsCancellationRequested) _interruption = new CancellationTokenSource();
        }

        await StopAllAsync();
    }

    /// <summary>One poll, and everything it says. Tasks go on in the background, and so do results and answers.</summary>
    /// <returns>Whether anything was begun or ended.</returns>
    public async Task<bool> TurnAsync(TimeSpan wait, bool takesWork, CancellationToken stop)
    {
        var domain = _domain ??= await _wire.DomainAsync(stop);
        var free = takesWork ? options.Concurrency - _running.Count : 0;
        var poll = new Poll(clock.GetUtcNow(), Math.Max(0, free), [.. _running.Keys], folder.Jobs(), (int)wait.TotalMilliseconds,
            Leaving: !takesWork);
        var orders = await _wire.PollAsync(SignedMessage.Create(MessageKind.Poll, poll, domain, key), stop);

        foreach (var lease in orders.Stop) await AloneAsync(lease, () => DropAsync(lease));
        foreach (var job in orders.Ended) await AloneAsync(null, () => EndAsync(job));
        var begun = orders.Stop.Count + orders.Ended.Count > 0;
        foreach (var question in orders.Questions)
            begun |= Reply(new Duty(question.Lease, question.Number), inner => AnswerAsync(question, domain, inner));
        foreach (var reveal in orders.Reveal)
            begun |= Reply(new Duty(reveal.Lease, Duty.Result), inner => RevealAsync(reveal, domain, inner));
        foreach (var order in orders.Start) begun |= Begin(order, domain);
        return begun;
    }

    /// <summary>Waits for everything that is being computed, revealed or answered.</summary>
    public Task FinishAsync() => Task.WhenAll([.. _running.Values.Select(running => running.Done), .. _replying.Values]);

    public void Dispose()
    {
        _ending.Cancel();
        _interruption.Dispose();
        _ending.Dispose();
    }

    private bool Begin(TaskOrder order, JobDomain domain)
    {
        var duty = new Duty(order.Lease, Duty.Task);
        if (_running.ContainsKey(order.Lease) || !_failed.IsDue(duty)) return false;
        var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        _running[order.Lease] = new Running(cancel, ComputeAsync());
        begun.SetResult();
        return true;

        async Task ComputeAsync()
        {
            await begun.Task;
            try
            {
                await WorkAsync(order, domain, cancel.Token);
                _failed.Forget(duty);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
            }
            catch (Exception fault)
            {
                // The scheduler hands the lease out again as long as it stands, and to somebody else when it is over.
                Failed(duty, fault);
            }
            finally
            {
                _running.TryRemove(order.Lease, out _);
                await InterruptAsync();
            }
        }
    }

    /// <summary>
    /// Does something that the scheduler asks for with every poll until it is done. What fails is tried again after a pause, as long as it
    /// is asked for.
    /// </summary>
    private bool Reply(Duty duty, Func<CancellationToken, Task> reply)
    {
        if (_replying.ContainsKey(duty) || !_failed.IsDue(duty)) return false;
        var begun = new TaskCompletionSource();
        _replying[duty] = ReplyAsync();
        begun.SetResult();
        return true;

        async Task ReplyAsync()
        {
            await begun.Task;
            try
            {
                await Task.Run(() => reply(_ending.Token));
                _failed.Forget(duty);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
            }
            catch (Exception fault)
            {
                // What cannot be answered at all is lost with its lease; the worker goes on with the rest.
                if (Failed(duty, fault) || IsFinal(fault)) _unrevealed.TryRemove(duty.Lease, out _);
            }
            finally
            {
                _replying.TryRemove(duty, out _);
            }
        }
    }

    /// <returns>Whether it is given up.</returns>
    private bool Failed(Duty duty, Exception fault)
    {
        var step = _failed.Fail(duty, fault, counts: duty.Number != Duty.Beat && !IsOutage(fault));
        if (step.IsNews)
            Tell(duty.Lease, step.IsGivenUp
                ? new WorkerNews(duty.Lease, step.Tell("The task", "It is left to others.")) : NewsOf(duty.Lease, fault));
        return step.IsGivenUp;
    }

    /// <summary>The scheduler, its chain or this disk: nothing that the lease can help.</summary>
    private static bool IsOutage(Exception fault) =>
        Outages.IsOne(fault) || fault is TimeoutException or ProtocolException { Refusal: Refusal.Unavailable };

    private static bool IsFinal(Exception fault) =>
        fault is MalformedInputException or FileNotFoundException or DirectoryNotFoundException
            or ProtocolException { Refusal: not Refusal.Unavailable };

    /// <summary>One thing that fails keeps nothing else that the same poll asks for.</summary>
    private async Task AloneAsync(LeaseId? lease, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception fault)
        {
            Tell(lease, fault);
        }
    }

    private async Task StopAllAsync()
    {
        await _ending.CancelAsync();
        foreach (var running in _running.Values) await running.Cancel.CancelAsync();
        await AloneAsync(null,
            () => TimeLimit.RunAsync(EndLimit, clock, "Ending the last task", _ => FinishAsync(), CancellationToken.None));
    }

    private async Task InterruptAsync()
    {
        try
        {
            await _interruption.CancelAsync();
        }
        catch (Exception fault) when (fault is ObjectDisposedException or AggregateException)
        {
            // Nobody waits any more.
        }
    }

    private void Tell(LeaseId? lease, string text) => Tell(lease, new WorkerNews(lease, text));

    private void Tell(LeaseId? lease, Exception fault) => Tell(lease, NewsOf(lease, fault));

    /// <summary>Whoever listens may fail too, on a full disk for one; the work does not.</summary>
    private void Tell(LeaseId? lease, WorkerNews value)
    {
        try
        {
            news?.Report(value with { Lease = lease });
        }
        catch (Exception)
        {
            // It is a listener's own fault, and there is nobody else to tell.
        }
    }

    private static WorkerNews NewsOf(LeaseId? lease, Exception fault) => new(lease, FaultWords.Of(fault), fault.IsFull());

    /// <summary>Something that a lease asks for: its task, its result, or the answer to a question.</summary>
    private readonly record struct Duty(LeaseId Lease, int Number)
    {
        public const int Beat = -3;
        public const int Task = -2;
        public const int Result = -1;
    }

    private sealed record Running(CancellationTokenSource Cancel, Task Done);
}

/// <summary>Something a worker has to say to whoever watches it.</summary>
/// <param name="DiskFull">It cannot go on before there is room on its disk; it tries again by itself.</param>
public sealed record WorkerNews(LeaseId? Lease, string Text, bool DiskFull = false)
{
    /// <summary>What is said when a task is done and promised.</summary>
    public const string Committed = "committed";
}
