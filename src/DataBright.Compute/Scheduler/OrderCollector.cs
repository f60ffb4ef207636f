using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;

namespace DataBright.Compute.Scheduler;

/// <summary>Collects what one worker is to do, over all jobs.</summary>
internal sealed class OrderCollector(Address worker, Poll poll)
{
    private readonly HashSet<LeaseId> _started = [];
    private readonly HashSet<LeaseId> _current = [];
    private readonly Dictionary<LeaseId, RevealOrder> _reveal = [];
    private readonly Dictionary<LeaseId, Question> _questions = [];

    public List<(SchedulerJob Job, TaskState Task, Copy Copy)> Start { get; } = [];

    /// <summary>Tasks the worker could still take.</summary>
    public int Free => Math.Max(0, poll.Free - Start.Count);

    public void Gather(SchedulerJob job)
    {
        foreach (var task in job.Tasks.Values)
            foreach (var copy in task.Copies)
            {
                if (copy.Stage is CopyStage.Vacant or CopyStage.Waiting || copy.Worker != worker) continue;
                var lease = new LeaseId(job.Id, copy.Lease);
                if (copy.Stage != CopyStage.Revealed) _current.Add(lease);
                if (copy.Stage == CopyStage.Leased && !poll.Holding.Contains(lease) && Free > 0 && _started.Add(lease))
                    Start.Add((job, task, copy));
                if (copy.Stage == CopyStage.Committed && job.MayReveal(task)) _reveal[lease] = new RevealOrder(lease, copy.Heard?.Step);
                if (job.QuestionFor(task, copy) is { } question) _questions[lease] = question;
            }
    }

    public Orders ToOrders(IReadOnlyList<TaskOrder> start, JobBook book) => new(
        start,
        [.. _reveal.Values.OrderBy(reveal => reveal.Lease.Number)],
        [.. _questions.Values],
        [.. poll.Holding.Where(lease => !_current.Contains(lease))],
        [.. poll.Jobs.Where(job => book.Find(job) is null or { IsOver: true })]);
}
