using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;

namespace DataBright.Compute.Evaluations;

/// <summary>How a proposal is measured.</summary>
/// <param name="Architecture">What is trained; small, because it is trained many times.</param>
/// <param name="Optimiser">How.</param>
/// <param name="BatchSize">Examples per step, or all of them where a side has fewer.</param>
/// <param name="Epochs">Passes over the points.</param>
/// <param name="Seeds">How often each side is trained; two at least, or there is no interval.</param>
/// <param name="Redundancy">Workers per task.</param>
/// <param name="Start">The dataset's best checkpoint, from which both sides go on; null where there is none, and both begin anew.</param>
public sealed record EvaluationTerms(
    Architecture Architecture, Optimiser Optimiser, int BatchSize, int Epochs, int Seeds, int Redundancy, CheckpointReference? Start = null);

/// <summary>
/// The job that measures a proposal: for each seed one run without the proposed shard and one with it, both from the same
/// parameters (the dataset's best checkpoint, or fresh ones of the seed) in the order of the seed, so that their difference is the shard's.
/// </summary>
public static class EvaluationPlan
{
    /// <summary>Plans the measurement of <paramref name="proposed"/> against everything on the dataset's list.</summary>
    public static JobPlan For(DatasetId dataset, Hash32 version, IReadOnlyList<ShardReference> listed, ShardReference proposed, ShardReference heldOut, EvaluationTerms terms)
    {
        int[] without = [.. Enumerable.Range(0, listed.Count)];
        int[] with = [.. without, listed.Count];
        var batch = (int)Math.Clamp(listed.Sum(shard => (long)shard.Count), 1, terms.BatchSize);
        return new JobPlan(
            JobPlan.CurrentFormat, JobKind.Evaluation, dataset, version, terms.Architecture, terms.Optimiser, batch,
            Rounds: 1, EpochsPerRound: terms.Epochs, Partitions: 1, terms.Redundancy, DataLimitBps: 10_000, AnchorRounds: false,
            [.. listed, proposed], heldOut,
            [.. Enumerable.Range(1, terms.Seeds).SelectMany(seed => new[]
            {
                new RunPlan($"without-{seed}", (ulong)seed, without, terms.Start),
                new RunPlan($"with-{seed}", (ulong)seed, with, terms.Start),
            })]);
    }
}
