using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler.State;
using DataBright.Learning;

namespace DataBright.Compute.Quotes;

/// <summary>How fast tasks were computed, by when workers took them up and when they bound themselves to what came out.</summary>
/// <remarks>Time grows with the examples that a task goes through, and between architectures about with their parameters.</remarks>
public sealed class StepPace
{
    /// <summary>Jobs that are looked at, the newest: workers come and go.</summary>
    private const int MaxJobs = 20;

    private readonly Dictionary<Digest, double> _ofArchitecture = [];
    private readonly double? _ofParameter;

    /// <param name="jobs">Jobs of the scheduler, oldest first.</param>
    public StepPace(IEnumerable<SchedulerJob> jobs)
    {
        var seen = new List<(Digest Architecture, int Parameters, double Seconds)>();
        foreach (var job in jobs.Where(job => !job.Tasks.IsEmpty).TakeLast(MaxJobs))
        {
            var pays = new PayPlan(job.Plan, job.Terms.Pay);
            foreach (var task in job.Tasks.Values)
                foreach (var copy in task.Copies)
                    if (copy is { LeasedAt: { } from, CommittedAt: { } to } && to > from)
                        seen.Add((job.Plan.Architecture.Hash, job.Plan.Architecture.ParameterCount, (to - from).TotalSeconds / pays.WeightOf(task.Key)));
        }

        foreach (var alike in seen.GroupBy(one => one.Architecture)) _ofArchitecture[alike.Key] = Middle(alike.Select(one => one.Seconds));
        if (seen.Count > 0) _ofParameter = Middle(seen.Select(one => one.Seconds / one.Parameters));
    }

    /// <summary>How long a job takes with so many operators; null where nothing was computed yet.</summary>
    internal double? SecondsOf(JobPlan plan, PayPlan pays, int operators)
    {
        if (!_ofArchitecture.TryGetValue(plan.Architecture.Hash, out var each))
        {
            if (_ofParameter is not { } parameter) return null;
            each = parameter * plan.Architecture.ParameterCount;
        }

        // Whoever has several seats computes them one after the other, and a round begins when the one before is averaged.
        long seats = (long)plan.Runs.Count * plan.Partitions * plan.Redundancy, turns = (seats + operators - 1) / operators;
        return each * (plan.Rounds * turns * pays.MaxOfTraining + pays.WeightOf(TaskKey.Closing));
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;
}
