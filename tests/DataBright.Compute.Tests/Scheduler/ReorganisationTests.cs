using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>A chain that takes back blocks: each job ends as it was ordered, or not at all.</summary>
public sealed class ReorganisationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_ends_rightly_whichever_write_the_chain_takes_back(bool anchorsRounds)
    {
        var (writes, expected) = await CourseAsync(lost: -1, anchorsRounds);
        writes.ShouldBeGreaterThan(4);

        for (var lost = 0; lost < writes; lost++)
        {
            var (_, course) = await CourseAsync(lost, anchorsRounds);
            course.ShouldBe(expected, $"write {lost} of {writes} and all after it were taken back");
        }
    }

    [Fact]
    public async Task A_number_that_belongs_to_another_order_now_is_that_order()
    {
        foreach (var turns in Enumerable.Range(1, 6))
        {
            using var world = new World(workers: 4);
            var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 };
            var other = plan with { EpochsPerRound = 2, Rounds = 1 };
            var before = world.Ledger.Mark();
            var job = await world.OrderAsync(plan);
            for (var turn = 0; turn < turns; turn++) await world.TurnAsync();
            var leases = world.Host.Book.Find(job)?.NextLease ?? 1;

            before();
            (await world.OrderAsync(other)).ShouldBe(job, "the chain gives the number away again");
            await SettledAsync(world, job);

            world.Host.Book.Find(job)!.Terms.Plan.ShouldBe(other.Digest);
            world.Host.Book.Find(job)!.NextLease.ShouldBeGreaterThan(leases, "no message about the first order fits the second");
            world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(await ResultOfAsync(other));
        }
    }

    [Fact]
    public async Task An_order_that_is_gone_for_good_ends_at_its_deadline_and_stops_no_other()
    {
        using var world = new World(workers: 4);
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 };
        var first = await world.OrderAsync(plan);
        var before = world.Ledger.Mark();
        var second = await world.OrderAsync(plan with { Rounds = 1 }, deadline: TimeSpan.FromHours(1));
        await world.UntilAsync(() => world.Host.Book.Find(second)?.Phase == JobPhase.Running);

        before();
        await SettledAsync(world, first);
        for (var turn = 0; turn < 80; turn++)
        {
            world.Clock.Move(TimeSpan.FromMinutes(1));
            await world.TurnAsync();
        }

        world.Host.Book.Find(second)!.Phase.ShouldBe(JobPhase.Failed);
    }

    [Fact]
    public async Task A_provider_that_is_behind_for_a_moment_makes_nothing_begin_again()
    {
        using var world = new World(workers: 4);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 });
        Action? behind = null;
        world.Ledger.Writing = () => behind ??= world.Ledger.Mark();
        foreach (var worker in world.Workers) await worker.TurnAsync();
        await world.Host.AdvanceAsync((_, _) => { }, TestContext.Current.CancellationToken);
        world.Host.Book.Find(job)!.Phase.ShouldBe(JobPhase.Running);
        var ahead = world.Ledger.Mark();

        behind!();
        await world.Host.AdvanceAsync((_, _) => { }, TestContext.Current.CancellationToken);
        ahead();

        (await world.RunAsync(job)).Phase.ShouldBe(JobPhase.Settled);
        world.Store.Events(job, 0, 1000).ShouldNotContain(news => news.Kind == JobEventKind.TakenBack);
    }

    [Fact]
    public async Task A_settlement_whose_commitments_are_lost_ends_at_the_deadline()
    {
        using var world = new World(workers: 4);
        (world.View, var control) = FailingSeam<IJobLedger>.Around(new MemoryJobLedgerView(world.Ledger));
        control.Fault = (called, _) => called.Name == nameof(IJobLedger.SettleAsync)
            ? new LedgerUnavailableException("It does not answer.") : null;
        world.RestartScheduler();
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000 };
        var job = await world.OrderAsync(plan, deadline: TimeSpan.FromHours(1));
        Action? before = null;
        world.Ledger.Writing = () => before = world.Ledger.Mark();
        await world.UntilAsync(() => world.Host.Book.Find(job)?.Phase == JobPhase.Settling);

        before!();
        control.Fault = (called, _) => called.Name is nameof(IJobLedger.SettleAsync) or nameof(IJobLedger.AnchorAsync)
            ? new LedgerUnavailableException("Away.") : null;
        await world.UntilAsync(() => world.Host.Book.Find(job)!.NeedsAnchor);
        world.Clock.Move(TimeSpan.FromHours(2));
        await world.TurnAsync();

        world.Host.Book.Find(job)!.Phase.ShouldBe(JobPhase.Failed);
        world.Host.Book.Find(job)!.Problem.ShouldBe("The deadline passed before the result was delivered; the buyer can be refunded.");
    }

    [Fact]
    public async Task A_draw_that_never_began_shows_nobody_anything_and_the_next_is_as_good()
    {
        var plan = await TinyData.PlanAsync(new DataBright.Storage.MemoryBlobStore());
        PoolMember[] pool = [.. Enumerable.Range(0, 6).Select(i => World.Key(i).Address).Order()
            .Select(worker => new PoolMember(worker, worker, Money.Zero))];
        var terms = new JobTerms(new JobId(1), World.Key(90).Address, World.Key(91).Address, World.Key(92).Address, plan.Kind, plan.Dataset,
            plan.Digest, plan.Redundancy, Money.Dollars(9), DateTimeOffset.UnixEpoch);
        var drawing = SchedulerJob.Offer(terms, plan).Take(Keccak.Hash("secret"u8), pool).Accepted();
        for (byte i = 0; i < 20; i++)
        {
            var again = drawing.Drawn(Keccak.Hash([i])).Undrawn(JobPhase.Drawing).Drawn(Keccak.Hash([i, 1]));
            again.Phase.ShouldBe(JobPhase.Assigning, again.Problem);
            again.Participants.Keys.ShouldBe(again.Seats.Values.Distinct(), ignoreOrder: true);

            var begun = drawing.Drawn(Keccak.Hash([i])).Assigned();
            var second = begun.Undrawn(JobPhase.Accepting).Accepted().Drawn(Keccak.Hash([i, 1]));
            if (second.Phase == JobPhase.Assigning)
                begun.Participants.ShouldAllBe(one => one.Value.Partitions.IsSubsetOf(second.Participants[one.Key].Partitions),
                    "what was seen stays seen");
            else second.Problem.ShouldNotBeNull().ShouldContain("would show an operator more than 50 % of the points");
        }
    }

    /// <summary>A job with a liar in it, in which one write on the ledger and everything after it is lost once.</summary>
    private static async Task<(int Writes, string Course)> CourseAsync(int lost, bool anchorsRounds)
    {
        using var world = new World(workers: 5,
            executors: new Dictionary<int, ITaskExecutor> { [1] = Liars.InTraining(3), [2] = Liars.InTraining(4) });
        var plan = await TinyData.PlanAsync(world.Blobs)
            with { Partitions = 1, Rounds = 2, DataLimitBps = 10_000, AnchorRounds = anchorsRounds };
        var job = await world.OrderAsync(plan);
        var marks = new List<Action>();
        world.Ledger.Writing = () => marks.Add(world.Ledger.Mark());
        await SettledAsync(world, job);
        var writes = marks.Count;
        world.Ledger.Writing = () => { };
        if (lost >= 0) marks[lost]();
        await SettledAsync(world, job);
        // The scheduler hears of it only by looking.
        await world.UntilAsync(() => world.Host.Book.Find(job)!.Phase == JobPhase.Settled);

        var settlement = world.Ledger.SettlementOf(job)!;
        (settlement.PayTotal + world.Ledger.OwedTo(world.BuyerKey.Address)).ShouldBeGreaterThanOrEqualTo(Money.Dollars(90));
        return (writes, $"{settlement.ResultHash} {settlement.Metric}");
    }

    private static async Task<string> ResultAsync(World world, JobId job)
    {
        await SettledAsync(world, job);
        return $"{world.Ledger.SettlementOf(job)!.ResultHash}";
    }

    private static async Task<Hash32> ResultOfAsync(JobPlan plan)
    {
        using var world = new World(workers: 4);
        await TinyData.PlanAsync(world.Blobs);
        var job = await world.OrderAsync(plan);
        await ResultAsync(world, job);
        return world.Ledger.SettlementOf(job)!.ResultHash;
    }

    private static async Task SettledAsync(World world, JobId job)
    {
        for (var turn = 0; turn < 200 && world.Ledger.Find(job)?.Stage != LedgerStage.Settled; turn++)
        {
            await world.TurnAsync();
            world.Clock.Move(TimeSpan.FromSeconds(1));
        }

        world.Ledger.Find(job)!.Stage.ShouldBe(LedgerStage.Settled,
            $"{world.Host.Book.Find(job)?.Phase} {world.Host.Book.Find(job)?.Problem} {string.Join(" | ", world.Reports.TakeLast(3))}");
    }
}
