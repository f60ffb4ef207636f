using DataBright.Compute.Jobs;
using DataBright.Ethereum;

namespace DataBright.Compute.Evaluations;

/// <summary>What a proposal did to accuracy. All figures are parts of one.</summary>
/// <param name="Before">Mean accuracy without the proposed points.</param>
/// <param name="After">Mean accuracy with them.</param>
/// <param name="Low">Lower end of the 95 % interval of the gain.</param>
/// <param name="High">Upper end.</param>
/// <param name="Seeds">Pairs of runs behind it.</param>
public sealed record MeasuredGain(double Before, double After, double Low, double High, int Seeds)
{
    public const int MostSeeds = 31;

    /// <summary>97.5 % quantiles of Student's t distribution by degrees of freedom, from 1 (Fisher and Yates, Statistical Tables).</summary>
    private static readonly double[] StudentT =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    public double Gain => After - Before;

    /// <summary>
    /// Pairs the runs with the proposed shard and those without by their seed. The interval is of the paired differences: what the seed does
    /// to both runs of a pair cancels.
    /// </summary>
    /// <exception cref="BadPlanException">The plan does not measure that shard, or not in pairs.</exception>
    public static MeasuredGain Of(JobPlan plan, Hash32 proposed, JobOutcome outcome)
    {
        var runs = plan.Runs.Zip(outcome.Runs, (run, result) => (run.Seed, With: run.Shards.Any(shard => plan.Shards[shard].Root == proposed), Accuracy: (double)result.Correct / result.Total)).ToArray();
        var with = runs.Where(run => run.With).OrderBy(run => run.Seed).ToArray();
        var without = runs.Where(run => !run.With).OrderBy(run => run.Seed).ToArray();
        if (plan.Runs.Count != outcome.Runs.Count || with.Length is < 2 or > MostSeeds || !with.Select(run => run.Seed).SequenceEqual(without.Select(run => run.Seed)))
            throw new BadPlanException($"it does not measure the shard {proposed} by 2 to {MostSeeds} pairs of runs with equal seeds");

        var differences = with.Zip(without, (a, b) => a.Accuracy - b.Accuracy).ToArray();
        var mean = differences.Average();
        var deviation = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1));
        var margin = StudentT[differences.Length - 2] * deviation / Math.Sqrt(differences.Length);
        return new MeasuredGain(without.Average(run => run.Accuracy), with.Average(run => run.Accuracy), mean - margin, mean + margin, differences.Length);
    }
}
