using System.Collections.Immutable;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;

namespace DataBright.Compute.Draws;

/// <summary>
/// Who computes what: a pure function of the beacon, the pool and the plan.
/// Operators are dealt to partitions first, as few partitions each as the pool allows, and keep them for the whole job;
/// each task then goes to those holders of its partition who have the fewest so far, so that nobody who is there is left without work.
/// </summary>
/// <remarks>
/// With n operators, P partitions, redundancy R and k = ⌈PR/n⌉, there are nk homes in a row. Partition p owns the homes from ⌊p·nk/P⌋ to
/// ⌊(p+1)·nk/P⌋ and home j belongs to operator j mod n. A block is at least R long, because nk ≥ PR, and at most n long, because k ≤ P:
/// every partition has R distinct holders and every operator exactly k distinct partitions.
/// </remarks>
public static class Draw
{
    /// <exception cref="TooFewWorkersException">The data limit or the redundancy cannot be kept with this pool.</exception>
    public static SeatingPlan Seat(Hash32 beacon, IReadOnlyList<PoolMember> pool, JobPlan plan)
    {
        var operators = OnePerOperator(beacon, pool);
        var needed = DataLimit.OperatorsNeeded(plan)
            ?? throw new TooFewWorkersException(
                $"No number of workers keeps the data limit: with {plan.Partitions} partition(s) a worker sees more than "
                + $"{plan.DataLimitBps / 100m:0.##} % of the points. Use at least {DataLimit.PartitionsNeeded(plan)} partitions.");
        if (operators.Count < needed)
            throw new TooFewWorkersException(TooFewWorkersException.Words(needed, operators.Count));

        var holders = Homes(operators, plan);
        var seats = ImmutableSortedDictionary.CreateBuilder<SeatKey, Address>();
        var load = operators.ToDictionary(member => member.Worker, _ => 0);
        for (var run = 0; run < plan.Runs.Count; run++)
            for (var partition = 0; partition < plan.Partitions; partition++)
            {
                // a stable order: ties by the draw
                var idlest = holders[partition].OrderBy(member => load[member.Worker]).Take(plan.Redundancy).ToList();
                for (var copy = 0; copy < plan.Redundancy; copy++)
                {
                    seats[new SeatKey(run, partition, copy)] = idlest[copy].Worker;
                    load[idlest[copy].Worker]++;
                }
            }

        var sealers = Lottery.Shuffle(beacon, "seal", operators);
        for (var copy = 0; copy < plan.Redundancy; copy++) seats[new SeatKey(-1, -1, copy)] = sealers[copy].Worker;
        return new SeatingPlan(seats.ToImmutable());
    }

    /// <summary>
    /// An operator with several workers takes part with one of them: more would not be worth more to anyone but the operator.
    /// </summary>
    private static List<PoolMember> OnePerOperator(Hash32 beacon, IReadOnlyList<PoolMember> pool) =>
        [.. Lottery.Shuffle(beacon, "seats", pool).DistinctBy(member => member.Operator)];

    private static List<PoolMember>[] Homes(List<PoolMember> operators, JobPlan plan)
    {
        var each = (plan.Partitions * plan.Redundancy + operators.Count - 1) / operators.Count;
        var homes = (long)operators.Count * each;
        var holders = new List<PoolMember>[plan.Partitions];
        for (var partition = 0; partition < plan.Partitions; partition++)
        {
            holders[partition] = [];
            for (var home = homes * partition / plan.Partitions; home < homes * (partition + 1) / plan.Partitions; home++)
                holders[partition].Add(operators[(int)(home % operators.Count)]);
        }

        return holders;
    }
}

/// <summary>The worker in every seat.</summary>
public sealed record SeatingPlan(ImmutableSortedDictionary<SeatKey, Address> Seats);

/// <summary>The pool is too small for what the plan promises. The message says how many workers it needs.</summary>
public sealed class TooFewWorkersException(string message) : DataBrightException(FailureKind.Conflict, message)
{
    internal static string Words(int needed, int there) =>
        $"The job needs {needed} workers of different operators who accept its fee; {there} are there.";
}
