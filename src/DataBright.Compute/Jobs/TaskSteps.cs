using DataBright.Learning.Training;

namespace DataBright.Compute.Jobs;

/// <summary>What follows from a plan about its tasks without looking at any point.</summary>
public static class TaskSteps
{
    /// <summary>Held-out points that one step of the closing task looks at.</summary>
    public const int ClosingBatch = 1000;

    /// <summary>Steps in a task's trace.</summary>
    public static int Of(JobPlan plan, TaskKey task) => task.IsClosing
        ? plan.Runs.Count * ClosingStepsPerRun(plan)
        : checked((int)TrainingPlan(plan, task).StepsFor(plan.PointsOf(task.Run, task.Partition)));

    /// <summary>One step averages, the others measure.</summary>
    public static int ClosingStepsPerRun(JobPlan plan) => 1 + (int)(((long)plan.HeldOut.Count + ClosingBatch - 1) / ClosingBatch);

    /// <summary>What a training task trains.</summary>
    public static TrainingPlan TrainingPlan(JobPlan plan, TaskKey task) =>
        TrainingPlan(plan, Seed(plan, task));

    internal static TrainingPlan TrainingPlan(JobPlan plan, ulong seed) => plan.StepsPerRound > 0
        ? Learning.Training.TrainingPlan.OfSteps(plan.Architecture, plan.Optimiser, plan.BatchSize, plan.StepsPerRound, seed)
        : new TrainingPlan(plan.Architecture, plan.Optimiser, plan.BatchSize, plan.EpochsPerRound, seed);

    /// <summary>
    /// The seed of a training task. The first one has the run's own, so that a job of one partition and one round is plain training, bit by
    /// bit.
    /// </summary>
    public static ulong Seed(JobPlan plan, TaskKey task)
    {
        var seed = plan.Runs[task.Run].Seed;
        if (task is { Round: 0, Partition: 0 }) return seed;
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], task.Round);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], task.Partition);
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Digest.Of(bytes).CopyTo(hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <summary>No state of the plan's tasks is longer than this.</summary>
    public static int MaxStateBytes(JobPlan plan) => checked((int)StateBytes(plan));

    /// <summary>The same before it is known whether it can be had at all.</summary>
    internal static long StateBytes(JobPlan plan) =>
        3 * (4 * plan.Architecture.Parameters.Sum(parameter => (long)parameter.Count) + 512L * plan.Architecture.Parameters.Count)
            + 256L * (plan.Runs.Count + 1) + 4096;
}
