using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Buying;

/// <summary>A training run as its buyer wants it; what is left open is as usual.</summary>
/// <param name="Architecture">What is trained.</param>
public sealed record TrainingOrder(Architecture Architecture)
{
    private const int UsualBatch = 64;

    public Optimiser Optimiser { get; init; } = new(0.02f, 0.9f);

    /// <summary>Examples for each step; null for as many as usual, or all of a part that has fewer.</summary>
    public int? BatchSize { get; init; }

    public int Rounds { get; init; } = 1;

    public int Epochs { get; init; } = 3;

    public int Partitions { get; init; } = 1;

    public int Redundancy { get; init; } = 3;

    public int DataLimitBps { get; init; } = 10_000;

    public ulong Seed { get; init; } = 1;

    /// <summary>What is gone on from; null for fresh parameters.</summary>
    public CheckpointReference? Start { get; init; }

    public Money SchedulerFee { get; init; }

    /// <summary>The plan that the order on the ledger names.</summary>
    /// <param name="dataset">As the ledger has it now.</param>
    /// <param name="shards">What is on its list now.</param>
    /// <param name="heldOut">The points that accuracy is measured on.</param>
    /// <exception cref="BadPlanException">Nobody could carry it out.</exception>
    public JobPlan PlanFor(Dataset dataset, IReadOnlyList<ShardReference> shards, ShardReference heldOut)
    {
        var plan = new JobPlan(
            JobPlan.CurrentFormat, JobKind.Training, dataset.Id, dataset.VersionRoot, Architecture, Optimiser, BatchSize ?? UsualBatch,
            Rounds, Epochs, Partitions, Redundancy, DataLimitBps, AnchorRounds: true, shards, heldOut,
            [new RunPlan("model", Seed, [.. Enumerable.Range(0, shards.Count)], Start)], SchedulerFee,
            OrderSeed: JobPlan.OrderSeedFor(Partitions, Seed));
        // A batch that nobody asked for does not stand in the way of small partitions.
        if (BatchSize is null)
            plan = plan with { BatchSize = Math.Clamp(Enumerable.Range(0, plan.Partitions).Min(partition => plan.PointsOf(0, partition)), 1,
                plan.BatchSize) };
        return JobPlan.Parse(plan.ToJson());
    }

    /// <summary>
    /// The points that a dataset is measured on. The ledger has the hash of their address; a small file is one block under it, a large one
    /// a tree.
    /// </summary>
    /// <returns>Null where they are not in the store.</returns>
    /// <exception cref="BlobException">The dataset's terms are not in the store.</exception>
    public static async Task<ShardReference?> HeldOutAsync(IBlobStore blobs, Dataset dataset, long maxBytes, CancellationToken stop)
    {
        if ((await MeasurementTerms.ReadAsync(blobs, dataset, stop)).HeldOut is { } own) return own;
        foreach (var cid in new[] { Cid.DagPb(dataset.HeldOut), Cid.Raw(dataset.HeldOut) })
            if (await blobs.HasAsync(cid, stop))
            {
                await using var file = await blobs.OpenAsync(cid, stop);
                var shard = await ShardFile.ReadAsync(file, maxBytes, stop);
                return new ShardReference(shard.Root, shard.Count, cid);
            }

        return null;
    }
}
