using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Failures;

namespace DataBright.Compute.Workers;

// What a worker does about one lease: compute, commit, reveal, answer, and let go.
public sealed partial class WorkerEngine
{
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
        await _wire.CommitAsync(SignedMessage.Create(MessageKind.Commit, new Results(plan, order, log, key, domain).Commit(), domain,
            key), stop);
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
            var progress = work.Progress;
            await _wire.HeartbeatAsync(SignedMessage.Create(MessageKind.Heartbeat,
                new Heartbeat(lease, progress.Step, work.TakeLoss(), progress.State), domain, key), stop);
            _failed.Forget(new Duty(lease, Duty.Beat));
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            // The next one says the same and more.
            Failed(new Duty(lease, Duty.Beat), fault);
        }
    }

    private async Task RevealAsync(RevealOrder asked, JobDomain domain, CancellationToken stop)
    {
        var lease = asked.Lease;
        var log = folder.Trace(lease);
        var order = RequireOrder(lease, log);
        var plan = await _files.PlanAsync(order, domain, stop);
        var (reveal, state) = new Results(plan, order, log, key, domain).Reveal(asked.Heard);
        await _wire.RevealAsync(SignedMessage.Create(MessageKind.Reveal, reveal, domain, key), Attachment.Of(state), stop);
        _unrevealed.TryRemove(lease, out _);
        Tell(lease, "revealed");
    }

    private async Task AnswerAsync(Question question, JobDomain domain, CancellationToken stop)
    {
        var log = folder.Trace(question.Lease);
        var order = RequireOrder(question.Lease, log);
        var (plan, work) = await PrepareAsync(order, log, domain, stop);
        var (answer, state) = new Results(plan, order, log, key, domain).Answer(question, work);
        await _wire.AnswerAsync(SignedMessage.Create(MessageKind.Answer, answer, domain, key), Attachment.Of(state), stop);
        Tell(question.Lease, question.Open is { } node
            ? $"opened steps {node.First} to {node.First + node.Count - 1}" : $"showed the state before step {question.Step}");
    }

    private static TaskOrder RequireOrder(LeaseId lease, TraceLog log) =>
        log.FindOrder() ?? throw new MalformedInputException(log.Folder, $"nothing is kept of lease {lease}");

    private async Task DropAsync(LeaseId lease)
    {
        if (_running.TryGetValue(lease, out var running))
        {
            await running.Cancel.CancelAsync();
            await TimeLimit.RunAsync(EndLimit, clock, "Ending the task", _ => running.Done, CancellationToken.None);
        }

        _unrevealed.TryRemove(lease, out _);
        _failed.ForgetAll(duty => duty.Lease == lease);
        folder.Drop(lease);
        Tell(lease, "the lease is over");
    }

    private async Task EndAsync(Market.JobId job)
    {
        foreach (var lease in _running.Keys.Where(lease => lease.Job == job)) await DropAsync(lease);
        foreach (var lease in _unrevealed.Keys.Where(lease => lease.Job == job)) _unrevealed.TryRemove(lease, out _);
        _failed.ForgetAll(duty => duty.Lease.Job == job);
        folder.Drop(job);
    }
}
