using System.Globalization;
using DataBright.Compute.Jobs;
using DataBright.Learning.Training;
using DataBright.Market.Jobs;

namespace DataBright.Node.Jobs;

/// <summary>What decides a job's result, in words: every figure of its plan but the shards and files.</summary>
/// <param name="Name">Such as <c>Batch</c>.</param>
public sealed record PlanLine(string Name, string Value)
{
    public static IReadOnlyList<PlanLine> Of(JobPlan plan)
    {
        var how = plan.Optimiser;
        var lines = new List<PlanLine>
        {
            new("Architecture", plan.Architecture.ToString()),
            new("Points", $"{N(plan.TotalPoints)} in {N(plan.Shards.Count)} shards; measured on {N(plan.HeldOut.Count)}"),
            new("Rounds", N(plan.Rounds)),
            plan.StepsPerRound > 0 ? new("Steps a round", N(plan.StepsPerRound)) : new("Epochs a round", N(plan.EpochsPerRound)),
            new("Batch", $"{N(plan.BatchSize)} points"),
            new("Partitions", N(plan.Partitions)),
            new("Order of points", plan.OrderSeed is { } order ? $"drawn with seed {order}" : "as in the shards"),
            new("Copies of each task", N(plan.Redundancy)),
            new("Most of the data a worker sees", string.Create(CultureInfo.InvariantCulture, $"{plan.DataLimitBps / 100m:0.##} %")),
            new("Steps checked again", plan.SpotChecks == 0 ? "none" : $"{N(plan.SpotChecks)} of every task"),
            new("Commitments anchored", plan.AnchorRounds ? "every round" : "at the end"),
            new("Optimiser", how.Kind.ToString()),
            new("Learning rate", F(how.LearningRate)),
            new(how.Kind == OptimiserKind.Sgd ? "Momentum" : "Beta 1", $"{F(how.Momentum)}{(how.Nesterov ? ", after Nesterov" : "")}"),
        };
        if (how.Kind != OptimiserKind.Sgd) lines.AddRange([new("Beta 2", F(how.SecondMomentum)), new("Epsilon", F(how.Epsilon))]);
        lines.Add(new("Weight decay", F(how.WeightDecay)));
        lines.Add(new("Gradient norm, at most", how.ClipNorm == 0 ? "no limit" : F(how.ClipNorm)));
        lines.Add(new("Schedule", how.Schedule is { } schedule
            ? $"{schedule.Kind}, warm-up {N(schedule.WarmUp)} steps{(schedule.Every > 0 ? $", every {N(schedule.Every)} steps" : "")}, "
                + $"factor {F(schedule.Factor)}" : "constant"));
        lines.Add(new(plan.Runs.Count == 1 ? "Seed" : "Seeds", plan.Kind == JobKind.Evaluation
            ? $"of {N(plan.Runs.Count)} runs, from the beacon and {string.Join(", ", plan.Runs.Select(run => run.Seed).Distinct())}"
            : string.Join(", ", plan.Runs.Select(run => run.Seed))));
        lines.Add(new("Begins with", plan.Runs[0].Start is { } start ? $"checkpoint {start.Hash}" : "fresh parameters of the seed"));
        return lines;
    }

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string F(float number) => number.ToString(CultureInfo.InvariantCulture);
}
