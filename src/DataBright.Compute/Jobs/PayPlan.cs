using DataBright.Market;

namespace DataBright.Compute.Jobs;

/// <summary>
/// How the workers' pay is divided: by examples processed. Every copy of a task is worth the same; the seal, which only looks at examples
/// and does not learn from them, counts a third of each. What is rounded down goes back to the buyer.
/// </summary>
public sealed class PayPlan
{
    private readonly JobPlan _plan;
    private readonly UInt128 _pay;
    private readonly UInt128 _total;

    /// <param name="plan">The job's plan.</param>
    /// <param name="pay">The job's pay, the scheduler's fee included.</param>
    public PayPlan(JobPlan plan, Money pay)
    {
        _plan = plan;
        _pay = (pay - plan.SchedulerFee).Units;
        _total = plan.Tasks().Aggregate(UInt128.Zero, (sum, task) => sum + Weight(task)) * (UInt128)plan.Redundancy;
    }

    /// <summary>What one copy of the task earns.</summary>
    public Money For(TaskKey task) => new(_pay * Weight(task) / _total);

    /// <summary>The least that any task of the job pays.</summary>
    public Money Least => _plan.Tasks().Select(For).MinBy(money => money.Units);

    private UInt128 Weight(TaskKey task) => task.IsSeal
        ? (UInt128)_plan.HeldOut.Count * (UInt128)_plan.Runs.Count
        : 3 * (UInt128)_plan.PointsOf(task.Run, task.Partition) * (UInt128)_plan.EpochsPerRound;
}
