using DataBright.Compute.Jobs;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace DataBright.Compute.Draws;

/// <summary>Redundancy groups and the data limit, over random pools, plans and failures.</summary>
public sealed class DrawTests
{
    private static readonly JobPlan Template = TinyData.PlanAsync(new MemoryBlobStore()).GetAwaiter().GetResult();

    private static Config Config => Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(new Replay(new Rnd(3, 5), null));

    private static Arbitrary<Case> Cases => (
        from partitions in Gen.Choose(1, 8)
        from redundancy in Gen.Choose(1, 3)
        from limit in Gen.Choose(500, 10_000)
        from runs in Gen.Choose(1, 4)
        from workers in Gen.Choose(1, 30)
        from operators in Gen.Choose(1, workers)
        from chance in Gen.Choose(0, int.MaxValue)
        select new Case(partitions, redundancy, limit, runs, workers, operators, chance)).ToArbitrary();

    [Fact]
    public void Either_the_draw_keeps_every_promise_or_it_says_how_many_workers_are_missing() => Prop.ForAll(Cases, it =>
    {
        var (plan, pool) = (it.Plan(), it.Pool());
        SeatingPlan? drawn = null;
        try
        {
            drawn = Draw.Seat(it.Beacon, pool, plan);
        }
        catch (TooFewWorkersException fault)
        {
            var needed = DataLimit.OperatorsNeeded(plan);
            (needed is null || pool.Select(member => member.Operator).Distinct().Count() < needed).ShouldBeTrue(fault.Message);
            if (needed is { } count) fault.Message.ShouldContain($"needs {count} workers");
            return;
        }

        RequireRedundancy(plan, pool, drawn.Seats);
        RequireLimit(plan, pool, drawn.Seats.Where(seat => !seat.Key.IsClosing).Select(seat => (seat.Value, seat.Key.Partition)));
    }).Check(Config);

    [Fact]
    public void Nobody_is_left_without_work_and_nobody_has_much_more_of_it_than_others() => Prop.ForAll(Cases, it =>
    {
        var plan = it.Plan();
        var pool = (it with { Operators = it.Workers }).Pool();
        if (DataLimit.OperatorsNeeded(plan) is not { } needed || pool.Count < needed) return;
        var seats = Draw.Seat(it.Beacon, pool, plan).Seats.Where(seat => !seat.Key.IsClosing).ToList();
        var loads = pool.Select(member => seats.Count(seat => seat.Value == member.Worker)).ToList();
        if (pool.Count <= plan.Partitions * plan.Redundancy) loads.Min().ShouldBeGreaterThan(0);
        (loads.Max() - loads.Min()).ShouldBeLessThanOrEqualTo(plan.Runs.Count + 1);
    }).Check(Config);

    [Fact]
    public void The_number_of_workers_that_is_asked_for_is_enough_and_one_less_is_not() => Prop.ForAll(Cases, it =>
    {
        var plan = it.Plan();
        if (DataLimit.OperatorsNeeded(plan) is not { } needed || needed > 60) return;
        var enough = (it with { Workers = needed, Operators = needed }).Pool();
        RequireRedundancy(plan, enough, Draw.Seat(it.Beacon, enough, plan).Seats);
        if (needed > 1) Should.Throw<TooFewWorkersException>(() => Draw.Seat(it.Beacon, enough.Skip(1).ToList(), plan));
    }).Check(Config);

    [Fact]
    public void The_limit_is_never_exceeded_however_many_workers_fail_and_are_replaced() => Prop.ForAll(Cases, it =>
    {
        var (plan, pool) = (it.Plan(), it.Pool());
        if (DataLimit.OperatorsNeeded(plan) is not { } needed || pool.Select(member => member.Operator).Distinct().Count() < needed) return;
        var seats = Draw.Seat(it.Beacon, pool, plan).Seats;
        var operatorOf = pool.ToDictionary(member => member.Worker, member => member.Operator);
        var seen = seats.Where(seat => !seat.Key.IsClosing).GroupBy(seat => operatorOf[seat.Value])
            .ToDictionary(group => group.Key, group => group.Select(seat => seat.Key.Partition).ToHashSet());
        var chance = new Random(it.Chance);
        for (var failure = 1; failure <= 40; failure++)
        {
            var seat = seats.Keys.ElementAt(chance.Next(seats.Count));
            var beside =
                seats.Where(other => (other.Key.Run, other.Key.Partition) == (seat.Run, seat.Partition) && other.Key.Copy != seat.Copy)
                    .Select(other => operatorOf[other.Value]).ToHashSet();
            var candidates = pool.Where(member => member.Worker != seats[seat] && chance.Next(4) > 0);
            var chosen = Substitution.Choose(it.Beacon, seat, failure, candidates, beside, who => seen.GetValueOrDefault(who) ?? [], plan);
            if (chosen is null) continue;
            seats = seats.SetItem(seat, chosen.Worker);
            if (!seat.IsClosing)
                (seen.TryGetValue(chosen.Operator, out var partitions) ? partitions : seen[chosen.Operator] = []).Add(seat.Partition);
            RequireRedundancy(plan, pool, seats);
            foreach (var (who, partitionsSeen) in seen) partitionsSeen.Sum(plan.PointsIn).ShouldBeLessThanOrEqualTo(plan.DataLimit);
        }
    }).Check(Config);

    [Fact]
    public void The_draw_follows_from_the_beacon_and_the_pool_and_not_from_the_order_of_the_pool() => Prop.ForAll(Cases, it =>
    {
        var (plan, pool) = (it.Plan(), it.Pool());
        if (DataLimit.OperatorsNeeded(plan) is not { } needed || pool.Select(member => member.Operator).Distinct().Count() < needed) return;
        var seats = Draw.Seat(it.Beacon, pool, plan).Seats;
        Draw.Seat(it.Beacon, pool.Reverse().ToList(), plan).Seats.ShouldBe(seats);
    }).Check(Config);

    [Fact]
    public void Another_beacon_gives_another_draw()
    {
        var it = new Case(2, 3, 10_000, 1, 20, 20, 1);
        var draws = Enumerable.Range(0, 20)
            .Select(i => string.Join(",", Draw.Seat(Keccak.Hash(BitConverter.GetBytes(i)), it.Pool(), it.Plan()).Seats.Values)).ToList();
        draws.Distinct().Count().ShouldBe(20);
    }

    private static void RequireRedundancy(JobPlan plan, IReadOnlyList<PoolMember> pool, IEnumerable<KeyValuePair<SeatKey, Address>> seats)
    {
        foreach (var task in seats.GroupBy(seat => (seat.Key.Run, seat.Key.Partition)))
        {
            task.Count().ShouldBe(plan.Redundancy);
            task.Select(seat => pool.First(member => member.Worker == seat.Value).Operator).Distinct().Count()
                .ShouldBe(plan.Redundancy, "an operator would check itself");
        }
    }

    private static void RequireLimit(JobPlan plan, IReadOnlyList<PoolMember> pool, IEnumerable<(Address Worker, int Partition)> seats)
    {
        foreach (var operators in seats.GroupBy(seat => pool.First(member => member.Worker == seat.Worker).Operator))
            operators.Select(seat => seat.Partition).Distinct().Sum(plan.PointsIn).ShouldBeLessThanOrEqualTo(plan.DataLimit);
    }

    private sealed record Case(int Partitions, int Redundancy, int Limit, int Runs, int Workers, int Operators, int Chance)
    {
        public Hash32 Beacon => Keccak.Hash(BitConverter.GetBytes(Chance));

        public JobPlan Plan() => Template with
        {
            Partitions = Partitions,
            Redundancy = Redundancy,
            DataLimitBps = Limit,
            Runs = [.. Enumerable.Range(0, Runs).Select(i => new RunPlan($"run-{i}", (ulong)i, [0, 1]))],
        };

        public IReadOnlyList<PoolMember> Pool() =>
            [.. Enumerable.Range(0, Workers).Select(i => new PoolMember(Someone(i), Someone(1_000 + i % Operators), Money.Zero))];

        private static Address Someone(int number) => new(Keccak.Hash(BitConverter.GetBytes(number)).AsSpan()[12..]);
    }
}
