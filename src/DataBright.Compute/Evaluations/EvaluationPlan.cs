using DataBright.Compute.Jobs;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// The job that measures a proposal: for each seed one run without the proposed shard and one with it, both from the same parameters (the
/// dataset's best checkpoint, or fresh ones of the seed) and for as many steps. The run without it repeats as many of its own points in
/// their place, so that the two differ by what the points say.
/// </summary>
public static class EvaluationPlan
{
    /// <summary>Plans the measurement of <paramref name="proposed"/> against everything on the dataset's list.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="version">Its version.</param>
    /// <param name="listed">Its shards.</param>
    /// <param name="proposed">What is proposed.</param>
    /// <param name="heldOut">What accuracy is measured on.</param>
    /// <param name="terms">The dataset's.</param>
    /// <param name="architecture">What is trained.</param>
    /// <param name="start">The dataset's best checkpoint; null where there is none.</param>
    public static JobPlan For(
        DatasetId dataset, Hash32 version, IReadOnlyList<ShardReference> listed, ShardReference proposed, ShardReference heldOut,
        MeasurementTerms terms, Architecture architecture, CheckpointReference? start = null)
    {
        int[] without = [.. Enumerable.Range(0, listed.Count)];
        int[] with = [.. without, listed.Count];
        IReadOnlyList<ShardReference> shards = [.. listed, proposed];
        return new JobPlan(
            JobPlan.CurrentFormat, JobKind.Evaluation, dataset, version, architecture, terms.OptimiserFrom(start), BatchOf(shards, terms),
            Rounds: 1, EpochsPerRound: 0, terms.Partitions, terms.Redundancy, DataLimitBps: 10_000, AnchorRounds: false,
            shards, heldOut,
            [.. Enumerable.Range(1, terms.Pairs).SelectMany(seed => new[]
            {
                new RunPlan($"without-{seed}", (ulong)seed, without, start, proposed.Count),
                new RunPlan($"with-{seed}", (ulong)seed, with, start),
            })],
            SpotChecks: terms.SpotChecks, StepsPerRound: terms.Steps, OrderSeed: OrderSeedOf(terms));
    }

    /// <summary>The same for every measurement, so that whoever buys one does not choose which points come together.</summary>
    internal static ulong? OrderSeedOf(MeasurementTerms terms) => JobPlan.OrderSeedFor(terms.Partitions, seed: 1);

    /// <summary>The terms' batch, or the smallest partition where it has fewer points: both sides have as many.</summary>
    internal static int BatchOf(IReadOnlyList<ShardReference> shards, MeasurementTerms terms) =>
        (int)Math.Clamp(shards.Sum(shard => (long)(shard.Count / terms.Partitions)), 1, terms.BatchSize);
}
