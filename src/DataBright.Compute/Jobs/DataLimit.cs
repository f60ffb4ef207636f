namespace DataBright.Compute.Jobs;

/// <summary>How many partitions one operator may hold, and how many operators a plan therefore needs.</summary>
public static class DataLimit
{
    /// <summary>Partitions that an operator may hold whichever they are: the largest ones are counted.</summary>
    public static int PartitionsPerOperator(JobPlan plan)
    {
        var left = plan.DataLimit;
        var held = 0;
        foreach (var points in Enumerable.Range(0, plan.Partitions).Select(plan.PointsIn).OrderDescending())
        {
            left -= points;
            if (left < 0) break;
            held++;
        }

        return held;
    }

    /// <summary>
    /// Operators that the plan needs so that the limit holds and no operator computes a task twice; null when no number is enough.
    /// </summary>
    public static int? OperatorsNeeded(JobPlan plan)
    {
        var each = PartitionsPerOperator(plan);
        if (each == 0) return null;
        var seats = plan.Partitions * plan.Redundancy;
        return Math.Max(plan.Redundancy, (seats + each - 1) / each);
    }

    /// <summary>Partitions that would be enough for the limit if there were unlimited operators.</summary>
    public static int PartitionsNeeded(JobPlan plan) => (10_000 + plan.DataLimitBps - 1) / plan.DataLimitBps;
}
