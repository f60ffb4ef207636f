using System.Text;
using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Compute.Hostile;

/// <summary>Orders that gain nothing: without plans, with plans that make no job, without a fee, by the hundred.</summary>
public sealed class OrderTests
{
    private static readonly Cid Nowhere = Cid.Raw(Digest.Of("nowhere"u8));

    [Fact]
    public async Task A_plan_that_makes_no_job_is_refused_once_with_its_reason_and_not_read_again()
    {
        using var world = new World(workers: 3);
        var reads = new CountingBlobs(world.Blobs);
        world.Files = reads;
        world.RestartScheduler();
        var bad = "{\"format\":\"databright.job/1\",\"runs\":[null]}"u8.ToArray();
        var job = Order(world, await world.Blobs.PutAsync(bad, Stop));

        for (var turn = 0; turn < 10; turn++) await TurnAsync(world);

        world.Host.Book.Find(job).ShouldBeNull();
        world.Host.Book.ReasonOf(job).ShouldNotBeNull().ShouldStartWith("The job plan cannot be used");
        world.Store.Events(job, 0, 10).ShouldHaveSingleItem().Kind.ShouldBe(JobEventKind.Failed);
        reads.Reads(Cid.Raw(Digest.Of(bad))).ShouldBe(1);

        world.RestartScheduler();
        for (var turn = 0; turn < 3; turn++) await TurnAsync(world);
        reads.Reads(Cid.Raw(Digest.Of(bad))).ShouldBe(1, "not after a restart either");
        world.Host.Book.ReasonOf(job).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_plan_that_never_comes_is_asked_for_less_and_less()
    {
        using var world = new World(workers: 3);
        var reads = new CountingBlobs(world.Blobs);
        world.Files = reads;
        world.RestartScheduler();
        var job = Order(world, Nowhere);

        for (var second = 0; second < 600; second++)
        {
            world.Clock.Move(TimeSpan.FromSeconds(1));
            await world.Host.AdvanceAsync((_, _) => { }, Stop);
        }

        reads.Reads(Nowhere).ShouldBeInRange(8, 20, "of six hundred looks");
        world.Host.Book.Find(job).ShouldBeNull();
        world.Host.Book.ReasonOf(job).ShouldNotBeNull().ShouldContain($"{Nowhere}");
    }

    [Fact]
    public async Task A_plan_that_comes_late_is_taken_up()
    {
        using var world = new World(workers: 3);
        var plan = await SmallPlanAsync(world);
        var job = world.Ledger.Order(plan, world.BuyerKey.Address, world.RefereeKey.Address, Money.Dollars(90),
            world.Clock.GetUtcNow() + TimeSpan.FromDays(1));
        for (var turn = 0; turn < 5; turn++) await TurnAsync(world);

        await world.Blobs.PutAsync(plan.ToJson(), Stop);

        (await world.RunAsync(job, step: TimeSpan.FromSeconds(5))).Phase.ShouldBe(JobPhase.Settled);
    }

    [Fact]
    public async Task Orders_without_a_fee_wait_for_each_other_and_keep_no_paying_one_waiting()
    {
        using var world = new World(workers: 3) { Terms = new SchedulerTerms { LedgerInterval = TimeSpan.Zero, MaxUnpaidJobs = 2 } };
        world.RestartScheduler();
        var free = await SmallPlanAsync(world);
        var jobs = new List<JobId>();
        for (var i = 0; i < 40; i++) jobs.Add(await world.OrderAsync(free with { Version = Keccak.Hash([(byte)i]) }));
        var paying = await world.OrderAsync(free with { SchedulerFee = Money.Dollars(1) });
        await TurnAsync(world);
        await TurnAsync(world);

        world.Host.Book.All.Count(job => !job.IsOver && job.Plan.SchedulerFee == Money.Zero).ShouldBeLessThanOrEqualTo(2);
        world.Host.Book.Find(paying).ShouldNotBeNull();
        (await world.RunAsync(paying)).Phase.ShouldBe(JobPhase.Settled);

        for (var turn = 0; turn < 3_000 && jobs.Any(job => world.Host.Book.Find(job) is not { IsOver: true }); turn++)
        {
            await TurnAsync(world);
            world.Host.Book.All.Count(job => !job.IsOver).ShouldBeLessThanOrEqualTo(2);
        }

        jobs.ShouldAllBe(job => world.Host.Book.Find(job)!.Phase == JobPhase.Settled);
    }

    [Fact]
    public async Task One_buyer_has_no_more_than_its_part_of_the_schedulers_jobs()
    {
        using var world = new World(workers: 0) { Terms = new SchedulerTerms { LedgerInterval = TimeSpan.Zero, MaxJobsOfBuyer = 3 } };
        world.RestartScheduler();
        var plan = await SmallPlanAsync(world) with { SchedulerFee = Money.Dollars(1) };
        for (var i = 0; i < 10; i++) await world.OrderAsync(plan with { Version = Keccak.Hash([(byte)i]) });
        for (var turn = 0; turn < 5; turn++) await TurnAsync(world);
        world.Host.Book.All.Count.ShouldBe(3);

        var other = plan with { Version = Keccak.Hash("other"u8) };
        await world.Blobs.PutAsync(other.ToJson(), Stop);
        var job = world.Ledger.Order(other, World.Key(77).Address, world.RefereeKey.Address, Money.Dollars(90),
            world.Clock.GetUtcNow() + TimeSpan.FromDays(1));
        await TurnAsync(world);
        world.Host.Book.Find(job).ShouldNotBeNull();
    }

    [Fact]
    public async Task Orders_that_are_not_under_way_are_counted()
    {
        using var world = new World(workers: 0);
        Order(world, Nowhere);
        Order(world, await world.Blobs.PutAsync("[]"u8.ToArray(), Stop));
        for (var turn = 0; turn < 3; turn++) await TurnAsync(world);

        world.Host.Book.CountOrders().Select(count => count.Value).ShouldBe([1L, 1, 0]);
    }

    [Fact]
    public async Task A_job_that_the_database_has_in_an_unreadable_form_keeps_no_other_from_going_on()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("databright-scheduler-").FullName, "scheduler.db");
        using (var store = Scheduler.Stores.SqliteSchedulerStore.Open(path))
        using (var world = new World(workers: 0, store))
        {
            await world.OrderAsync(await SmallPlanAsync(world));
            await world.OrderAsync(await SmallPlanAsync(world) with { Version = Keccak.Hash("second"u8) });
            await world.OrderAsync(await SmallPlanAsync(world) with { Version = Keccak.Hash("third"u8) });
            await TurnAsync(world);
        }

        using (var raw = new SqlSession(path, Scheduler.Stores.SqliteSchedulerStore.Schema))
        {
            raw.Run("UPDATE jobs SET plan = $1 WHERE id = 1", Encoding.UTF8.GetBytes("{}"));
            raw.Run("UPDATE jobs SET state = $1 WHERE id = 2", Encoding.UTF8.GetBytes("null"));
        }

        using var again = Scheduler.Stores.SqliteSchedulerStore.Open(path);
        using var restarted = new World(workers: 0, again);
        restarted.Host.Book.All.ShouldHaveSingleItem().Id.ShouldBe(new JobId(3));
        restarted.Host.Book.Unreadable.Keys.OrderBy(id => id.Value).ShouldBe([new JobId(1), new JobId(2)]);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task TurnAsync(World world)
    {
        await world.TurnAsync();
        world.Clock.Move(TimeSpan.FromSeconds(2));
    }

    private static JobId Order(World world, Cid plan) => world.Ledger.Order(new Ledger.JobTerms(
        default, world.BuyerKey.Address, world.SchedulerKey.Address, world.RefereeKey.Address, JobKind.Training, new DatasetId(1),
        plan.Hash, 3, Money.Dollars(9), world.Clock.GetUtcNow() + TimeSpan.FromDays(1)));

    private static async Task<JobPlan> SmallPlanAsync(World world) =>
        await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000 };
}
