using DataBright.Market.Jobs;

namespace DataBright.Compute.Jobs;

/// <summary>What a plan must satisfy whoever wrote it.</summary>
internal static class PlanRules
{
    private const int MaxTasks = 20_000;
    private const int MaxPartitions = 10_000;
    private const int MaxRuns = 256;
    private const int MaxShards = 4096;

    /// <summary>A trace keeps a hash of 32 bytes for each step in memory.</summary>
    private const int MaxSteps = 4_000_000;

    /// <summary>A state travels and is hashed as one array.</summary>
    private const long MaxStateBytes = 1L << 30;

    /// <summary>The points of a task are one array of numbers.</summary>
    private const long MaxValues = 1L << 30;

    public static void Check(JobPlan plan)
    {
        Demand(plan.Format == JobPlan.CurrentFormat, $"its format is '{plan.Format}', '{JobPlan.CurrentFormat}' is expected");
        CheckTraining(plan);
        Demand(plan.Rounds >= 1, "rounds must be at least 1");
        Demand((plan.EpochsPerRound, plan.StepsPerRound) is ( >= 1, 0) or (0, >= 1),
            "either epochs per round or steps per round must be at least 1, and the other 0");
        Demand(plan.Partitions is >= 1 and <= MaxPartitions, $"1 to {MaxPartitions:N0} partitions are possible, not {plan.Partitions}");
        Demand(plan.Redundancy is >= 1 and <= 3, $"redundancy is 1, 2 or 3, not {plan.Redundancy}");
        Demand(plan.SpotChecks is >= 0 and <= 1000, $"0 to 1,000 steps of a task can be checked, not {plan.SpotChecks}");
        Demand(plan.DataLimitBps is >= 1 and <= 10_000, $"the data limit is 1 to 10,000 hundredths of a percent, not {plan.DataLimitBps}");
        Demand(plan.Runs.Count is >= 1 and <= MaxRuns, $"1 to {MaxRuns} runs are possible, not {plan.Runs.Count}");
        Demand(plan.Kind != JobKind.Training || plan.Runs.Count == 1, "a training job has exactly one run");
        Demand((Int128)plan.Rounds * plan.Partitions * plan.Runs.Count < MaxTasks, $"at most {MaxTasks:N0} tasks are possible");
        CheckShards(plan);
        foreach (var run in plan.Runs) CheckRun(plan, run);
        CheckSizes(plan);
        Demand(plan.Runs.Select(run => run.Name).Distinct(StringComparer.Ordinal).Count() == plan.Runs.Count,
            "two runs have the same name");
    }

    private static void CheckTraining(JobPlan plan)
    {
        try
        {
            _ = TaskSteps.TrainingPlan(plan, seed: 0);
        }
        catch (MalformedInputException fault)
        {
            throw new BadPlanException(fault.Problem, fault);
        }
    }

    private static void CheckShards(JobPlan plan)
    {
        Demand(plan.Shards.Count is >= 1 and <= MaxShards, $"1 to {MaxShards} shards are possible, not {plan.Shards.Count}");
        Demand(plan.Shards.All(shard => shard.Count > 0) && plan.HeldOut.Count > 0, "a shard without points makes no sense");
        Demand(plan.Shards.Select(shard => shard.Root).Distinct().Count() == plan.Shards.Count, "a shard is named twice");
        Demand(plan.TotalPoints <= int.MaxValue, "there are too many points for one job");
        Demand(plan.Runs.SelectMany(run => run.Shards).Distinct().Count() >= plan.Shards.Count, "a shard is used by no run");
    }

    private static void CheckRun(JobPlan plan, RunPlan run)
    {
        Demand(run.Name.Length is >= 1 and <= 64 && run.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'),
            "a run's name is 1 to 64 letters, digits and dashes");
        Demand(run.Shards.Count > 0 && run.Shards.All(shard => shard >= 0 && shard < plan.Shards.Count),
            $"run '{run.Name}' names a shard that the plan does not have");
        Demand(run.Shards.Zip(run.Shards.Skip(1)).All(pair => pair.First < pair.Second),
            $"run '{run.Name}' must name its shards in ascending order, once each");
        // The first partition of a shard is the smallest one, the last the largest: Slice rounds down where a part begins.
        Demand(run.Repeats == 0 || plan.Kind == JobKind.Evaluation, $"run '{run.Name}' repeats points, which evaluations do alone");
        Demand(run.Repeats >= 0 && run.Repeats <= plan.TotalPoints,
            $"run '{run.Name}' repeats {run.Repeats} points; 0 to {plan.TotalPoints} are possible");
        Demand(run.Repeats == 0 || plan.Rounds == 1, $"run '{run.Name}' repeats points, which makes sense in a single round");
        Demand(run.Repeats == 0 || plan.StepsPerRound > 0,
            $"run '{run.Name}' repeats points, which makes sense where steps are counted and not epochs");
        var own = run.Shards.Sum(shard => (long)(plan.Shards[shard].Count / plan.Partitions));
        Demand(own > 0 || run.Repeats == 0, $"run '{run.Name}' has no points of its own in partition 0; use fewer partitions");
        var least = own + run.Repeats / plan.Partitions;
        Demand(least >= plan.BatchSize,
            $"run '{run.Name}' has {least} points in partition 0, fewer than a batch of {plan.BatchSize}; use fewer partitions or smaller "
            + "batches");
    }

    /// <summary>What a task needs of steps and memory, in arithmetic that no plan overflows.</summary>
    private static void CheckSizes(JobPlan plan)
    {
        var most = plan.Runs.Max(run => run.Shards.Sum(shard => PartOf(plan.Shards[shard].Count)) + PartOf(run.Repeats));
        var steps = plan.StepsPerRound > 0
            ? plan.StepsPerRound : (Int128)plan.EpochsPerRound * ((most + plan.BatchSize - 1) / plan.BatchSize);
        Demand(steps <= MaxSteps,
            $"a task would have {steps:N0} steps; {MaxSteps:N0} are possible. Use more rounds with fewer epochs each, more partitions or "
            + "larger batches");
        var seal = (long)plan.Runs.Count * TaskSteps.ClosingStepsPerRun(plan);
        Demand(seal <= MaxSteps, $"measuring would take {seal:N0} steps; {MaxSteps:N0} are possible. Use fewer runs");
        var state = TaskSteps.StateBytes(plan);
        Demand(state <= MaxStateBytes, $"a state would have {state:N0} bytes; {MaxStateBytes:N0} are possible. Use a smaller architecture");
        var values = (Int128)Math.Max(most, plan.HeldOut.Count) * plan.Architecture.Input.Size;
        Demand(values <= MaxValues, $"a task would hold {values:N0} numbers of points; {MaxValues:N0} are possible. Use more partitions");

        long PartOf(int count) => ((long)count + plan.Partitions - 1) / plan.Partitions;
    }

    private static void Demand(bool holds, string problem)
    {
        if (!holds) throw new BadPlanException(problem);
    }
}
