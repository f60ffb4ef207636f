using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Tasks;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Usage;

/// <summary>
/// Values the shards of a training job: trains once more as its plan says, with in-run data Shapley against the held-out points, and must
/// come to the job's own parameters. A pure function of plan and points: scheduler, referee and auditors get the same figures. Where that
/// method has no value (see the evidence's method) every point counts alike.
/// </summary>
public static class JobValuation
{
    private const string ByPoints = "points/1";
    private const double Billion = 1e9;
    private const int ValidationBatch = 8;

    /// <exception cref="BlobException">The checkpoint that the plan begins with is missing or damaged.</exception>
    /// <exception cref="ShardUnreadableException">A shard is missing or damaged.</exception>
    /// <exception cref="ArgumentException">The plan is no training job's.</exception>
    public static async Task<UsageEvidence> MeasureAsync(JobId job, JobPlan plan, Money part, IBlobStore blobs, IShardSource shards,
        int threads, CancellationToken stop)
    {
        if (plan.Kind != JobKind.Training) throw new ArgumentException("Only training jobs use data.", nameof(plan));
        var heldOut = Examples.From(await shards.ReadHeldOutAsync(plan.Dataset, plan.HeldOut, stop), plan.Architecture);
        var start = plan.Runs[0].Start is { } reference ? await TaskInputsReader.ReadAsync(blobs, plan, reference, stop) : null;
        var isValued = plan.Optimiser.Kind == OptimiserKind.Sgd && plan.Optimiser.ClipNorm == 0 && heldOut.Count >= ValidationBatch;
        if (isValued && await FindAsync(job, plan, part, start, shards, heldOut, threads, stop) is { } found) return found;
        return await FindAsync(job, plan, part, start, shards, null, threads, stop)
            ?? throw new InvalidDataException($"Training job {job} once more has no result: its numbers are not finite any more.");
    }

    /// <summary>
    /// Null where this measure has no value of the job: a layer's influence is not defined (a normalisation over the batch for one), the
    /// loss on the held-out points or a gradient's product is not finite, or a worth is beyond what billionths can say.
    /// </summary>
    private static async Task<UsageEvidence?> FindAsync(JobId job, JobPlan plan, Money part, Checkpoint? start, IShardSource shards,
        ExampleSet? heldOut, int threads, CancellationToken stop)
    {
        try
        {
            return await MeasureAsync(job, plan, part, start, shards, heldOut, threads, stop);
        }
        catch (Exception fault) when (fault is NotSupportedException or TrainingDivergedException)
        {
            return null;
        }
    }

    /// <param name="average">Where the first round begins; null for fresh parameters.</param>
    /// <param name="heldOut">Null counts points instead.</param>
    private static async Task<UsageEvidence?> MeasureAsync(JobId job, JobPlan plan, Money part, Checkpoint? average, IShardSource shards,
        ExampleSet? heldOut, int threads, CancellationToken stop)
    {
        var worth = new double[plan.Shards.Count];
        for (var round = 0; round < plan.Rounds; round++)
        {
            var ends = new List<Checkpoint>();
            for (var partition = 0; partition < plan.Partitions; partition++)
                ends.Add(await TrainAsync(new TaskKey(0, round, partition), average));
            average = ClosingProgram.Average(plan, 0, ends);
        }

        if (heldOut is not null && worth.Any(one => Billionths(one) is null)) return null;
        var lines = plan.Runs[0].Shards.Select(shard => new ShardWorth(
            plan.Shards[shard].Root, plan.Shards[shard].Count,
            heldOut is not null ? Billionths(worth[shard])!.Value : (ulong)plan.Shards[shard].Count));
        return new UsageEvidence(UsageEvidence.CurrentFormat, job, plan.Digest, average!.Hash,
            heldOut is not null ? InRunShapley.Method : ByPoints, part, [.. lines]);

        async Task<Checkpoint> TrainAsync(TaskKey task, Checkpoint? start)
        {
            var examples = await TaskInputsReader.PartitionAsync(plan, task, new MeasuredPoints(shards), stop);
            var values = heldOut is not null ? new InRunShapley(heldOut, ValidationBatch) : null;
            using var run = new TrainingRun(TaskSteps.TrainingPlan(plan, task), examples, start ?? TrainProgram.FreshParameters(plan, task),
                threads, values);
            while (!run.IsComplete)
            {
                stop.ThrowIfCancellationRequested();
                run.Next();
            }

            // One value that is none makes the worth of its shard none, which is seen at the end.
            if (values is { AreFinite: false }) Array.Fill(worth, double.NaN);
            else if (values is not null) Credit(plan, task, values.Result().Values, worth);
            return run.Parameters();
        }
    }

    /// <summary>A partition's points move the average by their partition's part of it.</summary>
    private static void Credit(JobPlan plan, TaskKey task, ReadOnlySpan<double> values, double[] worth)
    {
        var total = Enumerable.Range(0, plan.Partitions).Sum(partition => (long)plan.PointsOf(task.Run, partition));
        var part = (double)plan.PointsOf(task.Run, task.Partition) / total;
        var first = 0;
        foreach (var shard in plan.Runs[task.Run].Shards)
        {
            var count = PartitionSlice.Of(plan.Shards[shard].Count, plan.Partitions, task.Partition).Count;
            var sum = 0.0;
            foreach (var value in values.Slice(first, count)) sum += value;
            worth[shard] += sum * part;
            first += count;
        }
    }

    /// <summary>
    /// A worth in billionths of a nat, rounded down; nothing for harm, null where it is not finite or above what 64 bits hold.
    /// </summary>
    internal static ulong? Billionths(double worth)
    {
        const double TooMuch = 18_446_744_073_709_551_616.0;
        if (!double.IsFinite(worth) || worth * Billion >= TooMuch) return null;
        return worth > 0 ? (ulong)(worth * Billion) : 0;
    }
}
