using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>The order on the ledger and the plan it names must say the same.</summary>
internal static class OrderRules
{
    /// <summary>Why the job cannot be done as ordered; null when it can.</summary>
    public static string? Mismatch(JobTerms terms, JobPlan plan, Money minFee)
    {
        if (plan.Digest != terms.Plan) return "The plan is not written canonically: its hash is not the one that was ordered.";
        if (plan.Kind != terms.Kind) return $"The order is for {terms.Kind}, its plan for {plan.Kind}.";
        if (plan.Dataset != terms.Dataset) return $"The order is for dataset {terms.Dataset}, its plan for dataset {plan.Dataset}.";
        if (plan.Redundancy != terms.Redundancy) return $"The order wants {terms.Redundancy} equal results, its plan {plan.Redundancy}.";
        if (plan.SchedulerFee > terms.Pay) return $"The plan gives the scheduler {plan.SchedulerFee} of a pay of {terms.Pay}.";
        if (plan.SchedulerFee < minFee) return $"The plan gives the scheduler {plan.SchedulerFee}; this one works for {minFee} at least.";
        if (DataLimit.OperatorsNeeded(plan) is null)
            return $"No number of workers keeps within a data limit of {plan.DataLimitBps / 100m:0.##} %: one partition of "
                + $"{plan.Partitions} is more. "
                + $"Split the data into {DataLimit.PartitionsNeeded(plan)} partitions at least.";
        return null;
    }
}
