using DataBright.Learning;
using DataBright.Learning.Training;

namespace DataBright.Compute.Jobs;

/// <summary>What a plan must satisfy whoever wrote it.</summary>
internal static class PlanRules
{
    private const int MaxTasks = 100_000;
    private const int MaxRuns = 256;
    private const int MaxShards = 4096;

    public static void Check(JobPlan plan)
    {
        Demand(plan.Format == JobPlan.CurrentFormat, $"its format is '{plan.Format}', '{JobPlan.CurrentFormat}' is expected");
        CheckTraining(plan);
        Demand(plan.Rounds >= 1 && plan.EpochsPerRound >= 1 && plan.Partitions >= 1, "rounds, epochs per round and partitions must be at least 1");
        Demand(plan.Redundancy is >= 1 and <= 3, $"redundancy is 1, 2 or 3, not {plan.Redundancy}");
        Demand(plan.SpotChecks is >= 0 and <= 1000, $"0 to 1,000 steps of a task can be checked, not {plan.SpotChecks}");
        Demand(plan.DataLimitBps is >= 1 and <= 10_000, $"the data limit is 1 to 10,000 hundredths of a percent, not {plan.DataLimitBps}");
        Demand(plan.Runs.Count is >= 1 and <= MaxRuns, $"1 to {MaxRuns} runs are possible, not {plan.Runs.Count}");
        Demand(plan.Kind != JobKind.Training || plan.Runs.Count == 1, "a training job has exactly one run");
        Demand((long)plan.Rounds * plan.Partitions * plan.Runs.Count < MaxTasks, $"at most {MaxTasks} tasks are possible");
        CheckShards(plan);
        foreach (var run in plan.Runs) CheckRun(plan, run);
        Demand(plan.Runs.Select(run => run.Name).Distinct(StringComparer.Ordinal).Count() == plan.Runs.Count, "two runs have the same name");
    }

    private static void CheckTraining(JobPlan plan)
    {
        try
        {
            _ = new TrainingPlan(plan.Architecture, plan.Optimiser, plan.BatchSize, plan.EpochsPerRound, seed: 0);
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
        Demand(Enumerable.Range(0, plan.Shards.Count).All(shard => plan.Runs.Any(run => run.Shards.Contains(shard))), "a shard is used by no run");
    }

    private static void CheckRun(JobPlan plan, RunPlan run)
    {
        Demand(run.Name.Length is >= 1 and <= 64 && run.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'), "a run's name is 1 to 64 letters, digits and dashes");
        Demand(run.Shards.Count > 0 && run.Shards.All(shard => shard >= 0 && shard < plan.Shards.Count), $"run '{run.Name}' names a shard that the plan does not have");
        Demand(run.Shards.Zip(run.Shards.Skip(1)).All(pair => pair.First < pair.Second), $"run '{run.Name}' must name its shards in ascending order, once each");
        var index = plan.Runs.ToList().IndexOf(run);
        for (var partition = 0; partition < plan.Partitions; partition++)
            Demand(plan.PointsOf(index, partition) >= plan.BatchSize, $"run '{run.Name}' has {plan.PointsOf(index, partition)} points in partition {partition}, fewer than a batch of {plan.BatchSize}; use fewer partitions or smaller batches");
    }

    private static void Demand(bool holds, string problem)
    {
        if (!holds) throw new BadPlanException(problem);
    }
}
