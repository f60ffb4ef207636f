using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Market;

namespace DataBright.Compute.Quotes;

/// <summary>Answers whether those who are present would do a job, without an order.</summary>
public static class Quoting
{
    /// <summary>A cent: prices are said in whole ones.</summary>
    private const ulong Cent = 10_000;

    /// <param name="plan">A plan that keeps the rules of plans.</param>
    /// <param name="pay">What workers and scheduler together are to be paid at most.</param>
    /// <param name="minFee">What the scheduler works for.</param>
    /// <param name="present">Who is present and has room.</param>
    /// <param name="isResting">Whether a worker comes last.</param>
    /// <param name="pace">How fast things were computed here.</param>
    public static JobQuote Of(JobPlan plan, Money pay, Money minFee, IReadOnlyList<PoolMember> present, Func<PoolMember, bool> isResting,
        StepPace pace)
    {
        if (Refusal(plan, pay, minFee) is { } reason)
            return new JobQuote(0, [], Money.Zero, Money.Zero, null, 0, null, reason);
        var pays = new PayPlan(plan, pay);
        var needed = DataLimit.OperatorsNeeded(plan)!.Value;
        var workers = present.OrderBy(worker => worker.MinimumFee)
            .Select(worker => new QuotedWorker(worker.Worker, worker.Operator, worker.MinimumFee, worker.MinimumFee <= pays.Least,
                isResting(worker))).ToList();
        var cheapest = workers.DistinctBy(worker => worker.Operator).Select(worker => worker.Asks).ToList();
        var enough = cheapest.Count < needed ? (Money?)null : WholeCents(pays.WorkersPayFor(cheapest[needed - 1]));
        var operators = Math.Max(needed, workers.Where(worker => worker.Takes).Select(worker => worker.Operator).Distinct().Count());
        return new JobQuote(
            needed, workers, pays.MinOfTraining, pays.For(TaskKey.Closing), enough, plan.Tasks().LongCount() * plan.Redundancy,
            pace.SecondsOf(plan, pays, operators) is { } seconds ? (long)Math.Ceiling(seconds) : null, null);
    }

    private static string? Refusal(JobPlan plan, Money pay, Money minFee)
    {
        if (plan.SchedulerFee > pay) return $"The scheduler's fee, ${plan.SchedulerFee}, is more than the whole pay, ${pay}.";
        if (plan.SchedulerFee < minFee) return $"The scheduler is paid ${plan.SchedulerFee}; it works for ${minFee} at least.";
        return DataLimit.OperatorsNeeded(plan) is null
            ? $"No number of workers keeps within a data limit of {plan.DataLimitBps / 100m:0.##} %: split the data into "
                + $"{DataLimit.PartitionsNeeded(plan)} partitions at least."
            : null;
    }

    private static Money WholeCents(Money amount) => new((amount.Units + Cent - 1) / Cent * Cent);
}
