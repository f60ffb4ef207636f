using DataBright.Compute.Jobs;
using DataBright.Learning.Valuation;

namespace DataBright.Compute.Evaluations;

/// <summary>What a proposal did to accuracy. All figures are parts of one.</summary>
/// <param name="Before">Mean accuracy without the proposed points.</param>
/// <param name="After">Mean accuracy with them.</param>
/// <param name="Low">Lower end of the 95 % interval of the gain.</param>
/// <param name="High">Upper end.</param>
/// <param name="Seeds">Pairs of runs behind it.</param>
public sealed record MeasuredGain(double Before, double After, double Low, double High, int Seeds)
{
    public const int MaxSeeds = 31;

    public double Gain => After - Before;

    /// <summary>
    /// Pairs the runs with the proposed shard and those without by their seed: what it does to both runs of a pair cancels.
    /// </summary>
    /// <exception cref="BadPlanException">The plan does not measure that shard, or not in pairs.</exception>
    public static MeasuredGain Of(JobPlan plan, Hash32 proposed, RunOutcomes outcome)
    {
        var runs = plan.Runs.Zip(outcome.Runs,
            (run, result) => (run.Seed, With: run.Shards.Any(shard => plan.Shards[shard].Root == proposed),
                Accuracy: (double)result.Correct / result.Total)).ToArray();
        var with = runs.Where(run => run.With).OrderBy(run => run.Seed).ToArray();
        var without = runs.Where(run => !run.With).OrderBy(run => run.Seed).ToArray();
        if (plan.Runs.Count != outcome.Runs.Count || with.Length is < 2 or > MaxSeeds
            || !with.Select(run => run.Seed).SequenceEqual(without.Select(run => run.Seed)))
            throw new BadPlanException($"it does not measure the shard {proposed} by 2 to {MaxSeeds} pairs of runs with equal seeds");

        if (outcome.Runs.FirstOrDefault(run => run.Total < 1 || run.Correct < 0 || run.Correct > run.Total) is { } odd)
            throw new BadPlanException($"its run '{odd.Run}' has {odd.Correct} of {odd.Total} points right, which is no measurement");

        var gain = GainInterval.Of([.. without.Select(run => run.Accuracy)], [.. with.Select(run => run.Accuracy)]);
        return new MeasuredGain(without.Average(run => run.Accuracy), with.Average(run => run.Accuracy), gain.Low, gain.High, with.Length);
    }
}
