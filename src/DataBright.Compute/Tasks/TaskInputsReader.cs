using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Storage;

namespace DataBright.Compute.Tasks;

/// <summary>Gathers what a task needs for those who may read the dataset itself: the scheduler, the referee, an auditor.</summary>
public static class TaskInputsReader
{
    public static async Task<ITaskProgram> ProgramAsync(
        JobPlan plan, TaskKey task, TaskInputs inputs, IBlobStore blobs, IShardSource shards, int threads, CancellationToken stop,
        MeasuredPoints? points = null)
    {
        plan = inputs.Of(plan);
        if (task.IsClosing)
            return new ClosingProgram(plan, inputs, await HeldOutAsync(plan, shards, stop),
                await FinalsAsync(plan, inputs, (reference, token) => ReadAsync(blobs, plan, reference, token), stop), threads);
        var start = inputs.Start is { } reference ? await ReadAsync(blobs, plan, reference, stop) : null;
        points ??= new MeasuredPoints(shards);
        return new TrainProgram(plan, task, await PartitionAsync(plan, task, points, stop), start, threads);
    }

    /// <summary>Reads a checkpoint and makes sure that it is the one that was meant.</summary>
    /// <exception cref="MalformedInputException">It is another one, or none of the plan's architecture.</exception>
    public static async Task<Checkpoint> ReadAsync(IBlobStore blobs, JobPlan plan, CheckpointReference reference, CancellationToken stop) =>
        Parse(plan, reference, await blobs.ReadAsync(reference.Cid, TaskSteps.MaxStateBytes(plan), stop));

    /// <inheritdoc cref="ReadAsync"/>
    public static Checkpoint Parse(JobPlan plan, CheckpointReference reference, ReadOnlySpan<byte> bytes)
    {
        var checkpoint = Checkpoint.Parse(bytes);
        checkpoint.Require(plan.Architecture);
        return checkpoint.Hash == reference.Hash
            ? checkpoint : throw new MalformedInputException("checkpoint", $"its hash is {checkpoint.Hash}, {reference.Hash} is expected");
    }

    /// <summary>The last round's checkpoints by run and partition, read by whatever means.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<Checkpoint>>> FinalsAsync(
        JobPlan plan, TaskInputs inputs, Func<CheckpointReference, CancellationToken, Task<Checkpoint>> read, CancellationToken stop)
    {
        var finals = new List<IReadOnlyList<Checkpoint>>();
        for (var run = 0; run < plan.Runs.Count; run++)
        {
            var partitions = new List<Checkpoint>();
            for (var partition = 0; partition < plan.Partitions; partition++)
            {
                var reference = inputs.Finals.FirstOrDefault(final => final.Run == run && final.Partition == partition)?.Checkpoint
                    ?? throw new MalformedInputException("task inputs", $"the checkpoint of run {run}, partition {partition} is missing");
                partitions.Add(await read(reference, stop));
            }

            finals.Add(partitions);
        }

        return finals;
    }

    /// <summary>The points that a training task trains on: the partition's own, then those that are repeated.</summary>
    internal static async Task<ExampleSet> PartitionAsync(JobPlan plan, TaskKey task, MeasuredPoints points, CancellationToken stop)
    {
        var parts = new List<ExampleSet>();
        foreach (var shard in plan.Runs[task.Run].Shards)
        {
            var slice = PartitionSlice.Of(plan.CountOf(shard), plan.Partitions, task.Partition);
            if (slice.Count > 0)
                parts.Add(Examples.From(Examples.Part(await points.ReadAsync(plan, shard, stop), plan, shard, task.Partition),
                    plan.Architecture));
        }

        if (plan.RepeatsOf(task.Run, task.Partition) > 0)
            parts.Add(Examples.From(await points.RepeatedAsync(plan, task, stop), plan.Architecture));
        return ExampleSet.Concat(parts);
    }

    private static async Task<ExampleSet> HeldOutAsync(JobPlan plan, IShardSource shards, CancellationToken stop) =>
        Examples.From(await shards.ReadHeldOutAsync(plan.Dataset, plan.HeldOut, stop), plan.Architecture);
}
