using DataBright.Compute.Jobs;
using DataBright.Compute.Quotes;
using DataBright.Compute.Scheduler.State;

namespace DataBright.Compute.Scheduler;

/// <summary>How long tasks took here, by when workers took them up and when they bound themselves to what came out.</summary>
internal static class Timings
{
    /// <summary>Jobs that are looked at, the newest: workers come and go.</summary>
    private const int MaxJobs = 20;

    /// <param name="jobs">Jobs of the scheduler, oldest first.</param>
    public static List<TaskTiming> Of(IEnumerable<SchedulerJob> jobs) =>
        [.. jobs.Where(job => !job.Tasks.IsEmpty).TakeLast(MaxJobs).SelectMany(Of)];

    private static IEnumerable<TaskTiming> Of(SchedulerJob job)
    {
        var pays = new PayPlan(job.Plan, job.Terms.Pay);
        foreach (var task in job.Tasks.Values)
            foreach (var copy in task.Copies)
                if (copy is { LeasedAt: { } from, CommittedAt: { } to } && to > from)
                    yield return new TaskTiming(job.Plan.Architecture, pays.WeightOf(task.Key), to - from);
    }
}
