using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Tasks;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;
using DataBright.Market;

namespace DataBright.Compute.Shares;

/// <summary>
/// Values the shards of a training job: trains once more as its plan says, with in-run data Shapley against the held-out points, and must
/// come to the job's own parameters. A pure function of plan and points: scheduler, referee and auditors get the same figures.
/// </summary>
public static class JobValuation
{
    private const string ByPoints = "points/1";
    private const double Billion = 1e9;
    private const int ValidationBatch = 8;

    /// <exception cref="ShardUnreadableException">A shard is missing or damaged.</exception>
    /// <exception cref="ArgumentException">The plan is no training job's.</exception>
    public static async Task<UsageEvidence> MeasureAsync(JobId job, JobPlan plan, Money part, IShardSource shards, int threads, CancellationToken stop)
    {
        if (plan.Kind != JobKind.Training) throw new ArgumentException("Only training jobs use data.", nameof(plan));
        var heldOut = Examples.From(await shards.ReadAsync(plan.HeldOut, stop), plan.Architecture);
        try
        {
            var isValued = plan.Optimiser.Kind == OptimiserKind.Sgd && plan.Optimiser.ClipNorm == 0 && heldOut.Count >= ValidationBatch;
            return await MeasureAsync(job, plan, part, shards, isValued ? heldOut : null, threads, stop);
        }
        catch (NotSupportedException)
        {
            // A layer whose influence is not defined, a normalisation over the batch for one.
            return await MeasureAsync(job, plan, part, shards, null, threads, stop);
        }
    }

    /// <param name="heldOut">Null counts points instead.</param>
    private static async Task<UsageEvidence> MeasureAsync(JobId job, JobPlan plan, Money part, IShardSource shards, ExampleSet? heldOut, int threads, CancellationToken stop)
    {
        var worth = new double[plan.Shards.Count];
        Checkpoint? average = null;
        for (var round = 0; round < plan.Rounds; round++)
        {
            var ends = new List<Checkpoint>();
            for (var partition = 0; partition < plan.Partitions; partition++)
                ends.Add(await TrainAsync(new TaskKey(0, round, partition), average));
            average = SealProgram.Average(plan, 0, ends);
        }

        var lines = plan.Runs[0].Shards.Select(shard => new ShardWorth(
            plan.Shards[shard].Root, plan.Shards[shard].Count, heldOut is not null ? Rounded(worth[shard]) : (ulong)plan.Shards[shard].Count));
        return new UsageEvidence(UsageEvidence.CurrentFormat, job, plan.Digest, average!.Hash, heldOut is not null ? InRunShapley.Method : ByPoints, part, [.. lines]);

        async Task<Checkpoint> TrainAsync(TaskKey task, Checkpoint? start)
        {
            var examples = await TaskInputsReader.PartitionAsync(plan, task, shards, stop);
            var values = heldOut is not null ? new InRunShapley(heldOut, ValidationBatch) : null;
            using var run = new TrainingRun(TaskSteps.TrainingPlan(plan, task), examples, start ?? TrainProgram.FreshParameters(plan, task), threads, values);
            while (!run.IsComplete)
            {
                stop.ThrowIfCancellationRequested();
                run.Next();
            }

            if (values is not null) Credit(plan, task, values.Result().Values, worth);
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
            var count = Slice.Of(plan.Shards[shard].Count, plan.Partitions, task.Partition).Count;
            var sum = 0.0;
            foreach (var value in values.Slice(first, count)) sum += value;
            worth[shard] += sum * part;
            first += count;
        }
    }

    private static ulong Rounded(double worth) => worth > 0 ? checked((ulong)(worth * Billion)) : 0;
}
