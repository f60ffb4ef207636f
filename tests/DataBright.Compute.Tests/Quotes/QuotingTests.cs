using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Quotes;

/// <summary>What is said of an order before it is placed is what comes of it.</summary>
public sealed class QuotingTests
{
    private static readonly StepPace Unknown = new([]);

    [Fact]
    public async Task Enough_present_workers_who_take_the_price_are_no_problem()
    {
        var quote = Of(await PlanAsync(), Money.Dollars(30), Asking("0.01", "0.01", "0.02"));

        (quote.Needed, quote.Here, quote.Willing, quote.Problem, quote.Seconds).ShouldBe((3, 3, 3, null, null));
        quote.Copies.ShouldBe(3 * 3, "two rounds and the closing task, three copies each");
    }

    [Theory]
    [InlineData("5", "5", "5", "3 workers are here, none for this price: pay at least $")]
    [InlineData("0.01", "5", "5", "3 workers are here, only 1 of the 3 that are needed for this price: pay at least $")]
    public async Task What_is_named_as_enough_is_enough_and_a_cent_less_is_not(string one, string two, string three, string problem)
    {
        var (plan, workers) = (await PlanAsync(), Asking(one, two, three));
        var quote = Of(plan, Money.Dollars(3), workers);

        quote.Problem.ShouldNotBeNull().ShouldStartWith(problem);
        var enough = quote.Enough.ShouldNotBeNull();
        Of(plan, enough, workers).Problem.ShouldBeNull();
        Of(plan, enough - new Money(10_000), workers).Problem.ShouldNotBeNull();
    }

    [Fact]
    public async Task Too_few_are_too_few_whatever_is_paid()
    {
        var plan = await PlanAsync();
        Of(plan, Money.Dollars(3), []).Problem.ShouldBe("No worker is here; 3 workers of different operators are needed.");
        var one = Of(plan, Money.Dollars(3), Asking("0.01"));
        one.Problem.ShouldBe("1 worker is here; 3 of different operators are needed.");
        one.Enough.ShouldBeNull();
        // Three workers of one operator check nobody.
        var same = Asking("0.01", "0.01", "0.01").Select(member => member with { Operator = Address.Zero }).ToList();
        Of(plan, Money.Dollars(3), same).Here.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_scheduler_would_refuse_is_told_before_it_is_ordered()
    {
        var plan = await PlanAsync();
        Quoting.Of(plan, Money.Dollars(3), Money.Dollars(1), Asking("0.01"), _ => false, Unknown).Problem
            .ShouldBe("The scheduler is paid $0.00; it works for $1.00 at least.");
        Of(plan with { Redundancy = 3, DataLimitBps = 100 }, Money.Dollars(3), Asking("0.01")).Problem.ShouldNotBeNull()
            .ShouldContain("split the data into");
    }

    [Fact]
    public async Task A_scheduler_quotes_by_who_polls_and_by_what_it_has_computed()
    {
        using var world = new World(workers: 3);
        await world.TurnAsync();
        await world.TurnAsync();
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 };

        world.Host.Quote(plan, Money.Dollars(90))
            .ShouldSatisfyAllConditions(quote => quote.Problem.ShouldBeNull(), quote => quote.Seconds.ShouldBeNull());

        (await world.RunAsync(await world.OrderAsync(plan), step: TimeSpan.FromSeconds(1))).Phase.ShouldBe(JobPhase.Settled);
        foreach (var worker in world.Workers) worker.IsOff = true;
        world.Clock.Move(world.Terms.Presence + TimeSpan.FromSeconds(1));
        world.Host.Quote(plan, Money.Dollars(90)).Problem.ShouldNotBeNull().ShouldStartWith("No worker is here");
    }

    [Fact]
    public async Task Twice_the_examples_take_about_twice_as_long()
    {
        var plan = await PlanAsync();
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var key = new TaskKey(0, 0, 0);
        var copy = new Copy(0, CopyStage.Revealed, LeasedAt: from) { CommittedAt = from.AddSeconds(64) };
        var done = SchedulerJob.Offer(new(new JobId(1), default, default, default, plan.Kind, plan.Dataset, plan.Digest, plan.Redundancy,
            Money.Dollars(3), from), plan) with
        {
            Tasks = System.Collections.Immutable.ImmutableSortedDictionary<TaskKey, TaskState>.Empty.Add(key,
                new TaskState(key, TaskStage.Agreed, 8, [copy])),
        };
        long Seconds(JobPlan asked) =>
            Quoting.Of(asked, Money.Dollars(3), Money.Zero, Asking("0.01", "0.01", "0.01"), _ => false,
                new StepPace(Timings.Of([done]))).Seconds.ShouldNotBeNull();

        var once = Seconds(plan);
        once.ShouldBeInRange(128, 160, "two rounds of 64 seconds, and the closing task");
        Seconds(plan with { EpochsPerRound = 2 }).ShouldBeInRange(2 * 128, 2 * 128 + 32);
    }

    private static JobQuote Of(JobPlan plan, Money pay, IReadOnlyList<PoolMember> workers) =>
        Quoting.Of(plan, pay, Money.Zero, workers, _ => false, Unknown);

    private static async Task<JobPlan> PlanAsync() =>
        await TinyData.PlanAsync(new DataBright.Storage.MemoryBlobStore()) with { Partitions = 1, DataLimitBps = 10_000 };

    private static List<PoolMember> Asking(params string[] fees) =>
        [.. fees.Select((fee, i) => new PoolMember(World.Key(i).Address, World.Key(i).Address, Money.Parse(fee)))];
}
