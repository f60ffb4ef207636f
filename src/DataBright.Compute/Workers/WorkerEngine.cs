using System.Collections.Concurrent;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Tasks;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market.Storage;

namespace DataBright.Compute.Workers;

/// <summary>
/// A worker: asks a scheduler what there is to do, and does it. Everything it must remember is in its folder, so it can be killed at any time;
/// the scheduler tells it again what it was doing, and it goes on where its trace ends.
/// </summary>
public sealed class WorkerEngine(
    EthereumKey key, ISchedulerWire wire, WorkFolder folder, ITaskExecutor executor, TimeProvider clock, WorkerOptions options, IProgress<WorkerNews>? news = null, WorkerMetrics? metrics = null) : IDisposable
{
    /// <summary>Short, because a worker that leaves watches its own time as well as the scheduler's.</summary>
    private static readonly TimeSpan DrainPollWait = TimeSpan.FromSeconds(1);

    private readonly TaskFiles _files = new(key, wire, folder, options);
    private readonly ConcurrentDictionary<LeaseId, Running> _running = [];
    private readonly ConcurrentDictionary<LeaseId, bool> _unrevealed = [];
    private CancellationTokenSource _interruption = new();
    private JobDomain? _domain;

    /// <summary>Works until <paramref name="stop"/>; after <paramref name="drain"/>, takes nothing new and leaves as soon as it owes no answer.</summary>
    public async Task RunAsync(CancellationToken drain, CancellationToken stop)
    {
        metrics?.Watch(() => _running.Count);
        var patience = new Patience(clock);
        DateTimeOffset? leaveAt = null;
        while (!stop.IsCancellationRequested)
        {
            if (drain.IsCancellationRequested) leaveAt ??= clock.GetUtcNow() + options.Drain;
            if (leaveAt is { } last && ((_running.IsEmpty && _unrevealed.IsEmpty) || clock.GetUtcNow() >= last)) break;
            try
            {
                // Finished work or the wish to drain ends a poll that is being held back.
                using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(stop, _interruption.Token, leaveAt is null ? drain : default);
                await TurnAsync(leaveAt is null ? options.PollWait : DrainPollWait, takesWork: leaveAt is null, interrupted.Token);
                patience.Restore();
            }
            catch (OperationCanceledException)
            {
                // Cancelled from outside, interrupted by ourselves, or held back beyond the client's timeout: the loop's conditions tell which.
                if (_interruption.IsCancellationRequested) _interruption = new CancellationTokenSource();
            }
            catch (Exception fault) when (Patience.IsPassing(fault))
            {
                Tell(null, fault);
                await patience.WaitAsync(stop);
            }
        }

        await StopAllAsync();
    }

    /// <summary>One poll, and everything it says. Tasks go on in the background.</summary>
    public async Task TurnAsync(TimeSpan wait, bool takesWork, CancellationToken stop)
    {
        var domain = _domain ??= await wire.DomainAsync(stop);
        var free = takesWork ? options.Concurrency - _running.Count : 0;
        var poll = new Poll(clock.GetUtcNow(), Math.Max(0, free), [.. _running.Keys], folder.Jobs(), (int)wait.TotalMilliseconds, Leaving: !takesWork);
        var orders = await wire.PollAsync(SignedMessage.Create(MessageKind.Poll, poll, domain, key), stop);

        foreach (var lease in orders.Stop) await DropAsync(lease);
        foreach (var job in orders.Ended) await EndAsync(job);
        foreach (var question in orders.Questions) await RepliesAsync(question.Lease, () => AnswerAsync(question, domain, stop));
        foreach (var lease in orders.Reveal) await RepliesAsync(lease, () => RevealAsync(lease, domain, stop));
        foreach (var order in orders.Start) Begin(order, domain);
    }

    /// <summary>Waits for everything that is being computed.</summary>
    public Task FinishAsync() => Task.WhenAll(_running.Values.Select(running => running.Done));

    public void Dispose() => _interruption.Dispose();

    private void Begin(TaskOrder order, JobDomain domain)
    {
        if (_running.ContainsKey(order.Lease)) return;
        var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        _running[order.Lease] = new Running(cancel, ComputeAsync());
        begun.SetResult();

        async Task ComputeAsync()
        {
            await begun.Task;
            try
            {
                await WorkAsync(order, domain, cancel.Token);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
            }
            catch (Exception fault) when (fault is ProtocolException or MalformedInputException or BadPlanException or IOException or HttpRequestException)
            {
                // The scheduler hands the lease out again as long as it stands, and to somebody else when it is over.
                Tell(order.Lease, fault);
                await Task.Delay(options.Retry, clock, cancel.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                _running.TryRemove(order.Lease, out _);
                await _interruption.CancelAsync();
            }
        }
    }

    private async Task WorkAsync(TaskOrder order, JobDomain domain, CancellationToken stop)
    {
        var log = folder.Trace(order.Lease);
        log.KeepOrder(order);
        var (plan, work) = await PrepareAsync(order, log, domain, stop);
        metrics?.Begun.Add(1);
        Tell(order.Lease, $"computing task {order.Task} of job {order.Lease.Job}");
        var computing = Task.Run(() => work.Run(stop), stop);
        while (await Task.WhenAny(computing, Task.Delay(options.Heartbeat, clock, stop)) != computing)
            await BeatAsync(order.Lease, work, domain, stop);
        await computing;

        // Short tasks end between two heartbeats, and people watch their loss too.
        await BeatAsync(order.Lease, work, domain, stop);
        await wire.CommitAsync(SignedMessage.Create(MessageKind.Commit, new Results(plan, order, log, key, domain).Commit(), domain, key), stop);
        _unrevealed[order.Lease] = true;
        metrics?.Committed.Add(1);
        Tell(order.Lease, WorkerNews.Committed);
    }

    private async Task<(JobPlan Plan, TaskWork Work)> PrepareAsync(TaskOrder order, TraceLog log, JobDomain domain, CancellationToken stop)
    {
        var plan = await _files.PlanAsync(order, domain, stop);
        var program = executor.Prepare(order.Task, await _files.ProgramAsync(plan, order, domain, stop));
        return (plan, new TaskWork(plan, order, program, log, options.Snapshots));
    }

    private async Task BeatAsync(LeaseId lease, TaskWork work, JobDomain domain, CancellationToken stop)
    {
        try
        {
            await wire.HeartbeatAsync(SignedMessage.Create(MessageKind.Heartbeat, new Heartbeat(lease, work.Step, work.TakeLoss()), domain, key), stop);
        }
        catch (Exception fault) when (Patience.IsPassing(fault))
        {
            Tell(lease, fault);
        }
    }

    private async Task RevealAsync(LeaseId lease, JobDomain domain, CancellationToken stop)
    {
        var log = folder.Trace(lease);
        var order = RequireOrder(lease, log);
        var plan = await _files.PlanAsync(order, domain, stop);
        var (reveal, state) = new Results(plan, order, log, key, domain).Reveal();
        await wire.RevealAsync(SignedMessage.Create(MessageKind.Reveal, reveal, domain, key), Attachment.Of(state), stop);
        _unrevealed.TryRemove(lease, out _);
        Tell(lease, "revealed");
    }

    private async Task AnswerAsync(Question question, JobDomain domain, CancellationToken stop)
    {
        var log = folder.Trace(question.Lease);
        var order = RequireOrder(question.Lease, log);
        var (plan, work) = await PrepareAsync(order, log, domain, stop);
        var (answer, state) = new Results(plan, order, log, key, domain).Answer(question, work);
        await wire.AnswerAsync(SignedMessage.Create(MessageKind.Answer, answer, domain, key), Attachment.Of(state), stop);
        Tell(question.Lease, question.Open is { } node ? $"opened steps {node.First} to {node.First + node.Count - 1}" : $"showed the state before step {question.Step}");
    }

    /// <summary>What cannot be answered is lost with its lease; the worker goes on with the rest.</summary>
    private async Task RepliesAsync(LeaseId lease, Func<Task> reply)
    {
        try
        {
            await reply();
        }
        catch (Exception fault) when (fault is MalformedInputException or FileNotFoundException or DirectoryNotFoundException || fault is ProtocolException { Refusal: not Refusal.Unavailable })
        {
            Tell(lease, fault);
            _unrevealed.TryRemove(lease, out _);
        }
    }

    private static TaskOrder RequireOrder(LeaseId lease, TraceLog log) =>
        log.FindOrder() ?? throw new MalformedInputException(log.Folder, $"nothing is kept of lease {lease}");

    private async Task DropAsync(LeaseId lease)
    {
        if (_running.TryGetValue(lease, out var running))
        {
            await running.Cancel.CancelAsync();
            await running.Done;
        }

        _unrevealed.TryRemove(lease, out _);
        folder.Drop(lease);
        Tell(lease, "the lease is over");
    }

    private async Task EndAsync(Market.JobId job)
    {
        foreach (var lease in _running.Keys.Where(lease => lease.Job == job)) await DropAsync(lease);
        foreach (var lease in _unrevealed.Keys.Where(lease => lease.Job == job)) _unrevealed.TryRemove(lease, out _);
        folder.Drop(job);
    }

    private async Task StopAllAsync()
    {
        foreach (var running in _running.Values) await running.Cancel.CancelAsync();
        await FinishAsync();
    }

    private void Tell(LeaseId? lease, string text) => news?.Report(new WorkerNews(lease, text));

    private void Tell(LeaseId? lease, Exception fault) => news?.Report(new WorkerNews(lease, fault.Message, fault is IOException full && AtomicFile.IsDiskFull(full)));

    private sealed record Running(CancellationTokenSource Cancel, Task Done);
}

/// <summary>Something a worker has to say to whoever watches it.</summary>
/// <param name="DiskFull">It cannot go on before there is room on its disk; it tries again by itself.</param>
public sealed record WorkerNews(LeaseId? Lease, string Text, bool DiskFull = false)
{
    /// <summary>What is said when a task is done and promised.</summary>
    public const string Committed = "committed";
}
