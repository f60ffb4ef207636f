using DataBright.Compute.Jobs;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// Whether a plan measures a proposal by the dataset's terms and does nothing else. The scheduler asks before it takes the order, so that
/// nobody pays for a measurement that no referee signs and nobody has a model trained as a measurement, for which the dataset is not paid;
/// the referee asks again.
/// </summary>
internal static class MeasurementCheck
{
    /// <summary>What of the plan is not by the terms; null where all is.</summary>
    /// <param name="plan">What was ordered.</param>
    /// <param name="proposed">The root of the proposed shard.</param>
    /// <param name="terms">The dataset's.</param>
    public static string? Mismatch(JobPlan plan, Hash32 proposed, MeasurementTerms terms)
    {
        var place = plan.Shards.Select(shard => shard.Root).ToList().IndexOf(proposed);
        if (place < 0) return "its plan does not have the proposed shard";
        return plan.Runs.Select(run => SidesMismatch(plan, run, place)).FirstOrDefault(problem => problem is not null)
            ?? TermsMismatch(plan, terms);
    }

    /// <summary>Each run is over all shards, with the proposed one or with as many points in its place.</summary>
    private static string? SidesMismatch(JobPlan plan, RunPlan run, int place)
    {
        var has = run.Shards.Contains(place);
        if (!run.Shards.SequenceEqual(Enumerable.Range(0, plan.Shards.Count).Where(shard => shard != place || has)))
            return $"its run '{run.Name}' does not train on the dataset's shards, with the proposed one or without it";
        if (run.Start != plan.Runs[0].Start) return $"its run '{run.Name}' begins with another checkpoint than '{plan.Runs[0].Name}'";
        var repeats = has ? 0 : plan.Shards[place].Count;
        return run.Repeats == repeats ? null
            : $"its run '{run.Name}' repeats {run.Repeats} points in place of the proposed ones and not {repeats}";
    }

    private static string? TermsMismatch(JobPlan plan, MeasurementTerms terms)
    {
        var start = plan.Runs[0].Start;
        var batch = EvaluationPlan.BatchOf(plan.Shards, terms);
        var problem = true switch
        {
            _ when plan.StepsPerRound != terms.Steps || plan.Rounds != 1 =>
                $"its runs take {plan.Rounds} rounds of {plan.StepsPerRound} steps and not {terms.Steps} steps",
            _ when plan.BatchSize != batch => $"its batches hold {plan.BatchSize} points and not {batch}",
            _ when plan.Optimiser != terms.OptimiserFrom(start) => "its optimiser is another one",
            _ when start is null && terms.Architecture is { } subject && !plan.Architecture.Equals(subject) =>
                $"its runs train {plan.Architecture.Name} and not {subject.Name}",
            _ when plan.Partitions != terms.Partitions => $"its shards are cut into {plan.Partitions} parts and not {terms.Partitions}",
            _ when plan.OrderSeed != EvaluationPlan.OrderSeedOf(terms) =>
                $"its points are divided in the order of {InWords(plan.OrderSeed)} and not of {InWords(EvaluationPlan.OrderSeedOf(terms))}",
            _ when plan.Redundancy != terms.Redundancy || plan.SpotChecks != terms.SpotChecks =>
                $"its tasks are done by {plan.Redundancy} workers with {plan.SpotChecks} checks and not by {terms.Redundancy} with "
                + $"{terms.SpotChecks}",
            _ when !HasPairs(plan, terms.Pairs) => $"it has not {terms.Pairs} pairs of runs with the seeds 1 to {terms.Pairs}",
            _ => null,
        };
        return problem is null ? null : $"{problem}, as the dataset's terms say";
    }

    private static string InWords(ulong? orderSeed) => orderSeed is { } seed ? $"seed {seed}" : "their shards";

    private static bool HasPairs(JobPlan plan, int pairs) =>
        plan.Runs.Select(run => (run.Seed, run.Repeats > 0)).SequenceEqual(
            Enumerable.Range(1, pairs).SelectMany(seed => new[] { ((ulong)seed, true), ((ulong)seed, false) }));
}
