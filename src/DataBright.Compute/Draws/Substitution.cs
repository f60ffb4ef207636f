using System.Globalization;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;

namespace DataBright.Compute.Draws;

/// <summary>Who takes a seat that has become free. As auditable as the first draw, and under the same limits.</summary>
public static class Substitution
{
    /// <summary>The next worker for <paramref name="seat"/>, or null when nobody may take it now.</summary>
    /// <param name="beacon">The job's beacon.</param>
    /// <param name="seat">The free seat.</param>
    /// <param name="lease">The number of the new lease: a fresh draw each time.</param>
    /// <param name="candidates">Workers that are present and not barred from the job.</param>
    /// <param name="barredOperators">Operators that hold or held another copy of the same tasks.</param>
    /// <param name="partitionsOf">Partitions that an operator has been given so far in this job.</param>
    /// <param name="plan">The job's plan.</param>
    public static PoolMember? Choose(
        Hash32 beacon, SeatKey seat, int lease,
        IEnumerable<PoolMember> candidates,
        IReadOnlySet<Address> barredOperators,
        Func<Address, IReadOnlySet<int>> partitionsOf,
        JobPlan plan)
    {
        var purpose = string.Create(CultureInfo.InvariantCulture, $"replace {seat} {lease}");
        return candidates
            .Where(member => !barredOperators.Contains(member.Operator))
            .Where(member => seat.IsClosing || KeepsLimit(partitionsOf(member.Operator), seat.Partition, plan))
            .OrderByDescending(member => !seat.IsClosing && partitionsOf(member.Operator).Contains(seat.Partition))
            .ThenBy(member => Lottery.Ticket(beacon, purpose, member.Worker))
            .FirstOrDefault();
    }

    /// <summary>Whether an operator who has seen those partitions may see one more.</summary>
    public static bool KeepsLimit(IReadOnlySet<int> seen, int partition, JobPlan plan) =>
        seen.Contains(partition) || seen.Sum(plan.PointsIn) + plan.PointsIn(partition) <= plan.DataLimit;
}
