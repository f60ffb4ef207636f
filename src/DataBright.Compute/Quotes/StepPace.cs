using DataBright.Compute.Jobs;

namespace DataBright.Compute.Quotes;

/// <summary>How fast tasks are computed, by how long workers took for others.</summary>
/// <remarks>Time grows with the examples that a task goes through, and between architectures about with their parameters.</remarks>
public sealed class StepPace
{
    private readonly Dictionary<Digest, double> _ofArchitecture = [];
    private readonly double? _ofParameter;

    public StepPace(IReadOnlyCollection<TaskTiming> seen)
    {
        foreach (var alike in seen.GroupBy(one => one.Architecture.Hash))
            _ofArchitecture[alike.Key] = Middle(alike.Select(one => one.SecondsEach));
        if (seen.Count > 0) _ofParameter = Middle(seen.Select(one => one.SecondsEach / one.Architecture.ParameterCount));
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
