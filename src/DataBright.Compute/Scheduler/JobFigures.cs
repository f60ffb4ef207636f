using System.Runtime.CompilerServices;
using DataBright.Compute.Jobs;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>What follows from a plan and its pay, worked out once: a large plan has many tasks.</summary>
internal sealed class JobFigures
{
    private readonly ConditionalWeakTable<JobPlan, Entry> _known = [];

    /// <summary>The least that a task of the job pays.</summary>
    public Money MinPay(JobPlan plan, Money pay)
    {
        var entry = Of(plan);
        if (entry.Least is { } known && known.Pay == pay) return known.Least;
        var least = new PayPlan(plan, pay).Least;
        entry.Least = (pay, least);
        return least;
    }

    /// <summary>Operators that the plan needs; null when no number is enough.</summary>
    public int? OperatorsNeeded(JobPlan plan) => Of(plan).OperatorsNeeded.Value;

    private Entry Of(JobPlan plan) =>
        _known.GetValue(plan, key => new Entry { OperatorsNeeded = new Lazy<int?>(() => DataLimit.OperatorsNeeded(key)) });

    private sealed class Entry
    {
        public required Lazy<int?> OperatorsNeeded { get; init; }

        public (Money Pay, Money Least)? Least { get; set; }
    }
}
