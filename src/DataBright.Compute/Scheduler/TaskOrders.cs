using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>What a worker is told to do, over all jobs. Jobs that pay the scheduler come before those that do not.</summary>
internal sealed class TaskOrders(JobBook book, ShardEnvelopes envelopes, Acts acts, TimeProvider clock, SchedulerTerms terms)
{
    /// <param name="worker">Who polls.</param>
    /// <param name="poll">What it says.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<Orders> ForAsync(RegisteredWorker worker, Poll poll, CancellationToken stop)
    {
        var gathered = new OrderCollector(worker.Worker, poll);
        foreach (var job in book.All.Where(job => job.Phase == JobPhase.Running && job.Participants.ContainsKey(worker.Worker))
            .OrderBy(job => job.Plan.SchedulerFee.Units == 0))
        {
            if (poll.Leaving) book.Apply(job.Id, state => state.Release(worker.Worker, poll.Holding, clock.GetUtcNow(), terms));
            gathered.Gather(job);
            if (gathered.Free > 0) gathered.Gather(book.Apply(job.Id, state => state.Phase == JobPhase.Running ? Leased(state) : state));
        }

        var start = new List<TaskOrder>();
        foreach (var (job, task, copy) in gathered.Start)
            if (await FindAsync(job, task, copy, worker, stop) is { } order) start.Add(order);
        return gathered.ToOrders(start, book);

        SchedulerJob Leased(SchedulerJob state) =>
            state.Lease(worker.Worker, gathered.Free, (task, lease) => acts.IsDue(Giving(state.Id, task, lease)), clock.GetUtcNow(), terms);
    }

    /// <summary>One of them.</summary>
    public async Task<TaskOrder> OneAsync(SchedulerJob job, TaskState task, Copy copy, RegisteredWorker worker, CancellationToken stop) =>
        new(new LeaseId(job.Id, copy.Lease), task.Key, job.Terms.Plan, task.Inputs!, await envelopes.ForAsync(job, task.Key, worker, stop),
            copy.Due ?? clock.GetUtcNow(), job.Terms.Order);

    private static ActKey Giving(JobId job, TaskKey task, int lease) => new(ActKind.Give, job, task, lease);

    /// <summary>
    /// Null where it cannot be made ready: then the copy waits, the job says why, and everything else is handed out all the same.
    /// </summary>
    private async Task<TaskOrder?> FindAsync(SchedulerJob job, TaskState task, Copy copy, RegisteredWorker worker, CancellationToken stop)
    {
        TaskOrder? order = null;
        var key = Giving(job.Id, task.Key, copy.Lease);
        // Another poll is having it made ready, or it is not tried again yet.
        if (!acts.IsDue(key)) return null;
        await acts.DoAsync(key, terms.ActLimit, async token => order = await OneAsync(job, task, copy, worker, token), Ended, stop);
        if (order is null && acts.NextOf(key) is { } next)
        {
            var again = next > clock.GetUtcNow() ? next : clock.GetUtcNow();
            book.Apply(job.Id, state => state.Phase == JobPhase.Running ? state.TakeBack(task.Key, copy.Lease, again, terms) : state);
        }

        return order;

        void Ended(Exception? fault, Tries tries) =>
            book.Apply(job.Id, state => fault is null ? state.GoesOn() : state.Wait(Faults.Words(fault)));
    }
}
