using System.Collections.Concurrent;
using DataBright.Compute.Scheduler.State;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// How the loss of running jobs goes, as their workers report it: for people to look at, not kept and not relied on.
/// One copy of one partition of the first run speaks for the job.
/// </summary>
public sealed class LossCurves
{
    private const int MostPoints = 2000;
    private const int MostJobs = 64;

    private readonly ConcurrentDictionary<JobId, List<(long Step, double Loss)>> _curves = [];

    public IReadOnlyList<(long Step, double Loss)> Of(JobId job)
    {
        if (!_curves.TryGetValue(job, out var curve)) return [];
        lock (curve) return [.. curve];
    }

    internal void Add(JobId job, TaskState task, Copy copy, float? loss)
    {
        if (loss is not { } value || task.Key is not { Run: 0, Partition: 0 } || copy.Index != 0) return;
        if (_curves.Count > MostJobs && !_curves.ContainsKey(job)) _curves.TryRemove(_curves.Keys.MinBy(old => old.Value), out _);
        var curve = _curves.GetOrAdd(job, _ => []);
        var step = (long)task.Key.Round * task.Steps + copy.Step;
        lock (curve)
            if (curve.Count < MostPoints && (curve.Count == 0 || curve[^1].Step < step)) curve.Add((step, value));
    }
}
