using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Hostile;

/// <summary>How orders are taken up: side by side, in turn, and none that can never begin.</summary>
public sealed class IntakeTests
{
    [Fact]
    public async Task Plans_that_are_read_side_by_side_find_no_more_room_than_there_is()
    {
        using var world = new World(workers: 0) { Terms = new SchedulerTerms { LedgerInterval = TimeSpan.Zero, MaxUnpaidJobs = 2 } };
        var (reading, all) = (0, new TaskCompletionSource());
        // Every plan arrives only when all have been asked for.
        world.Files = new SlowBlobs(world.Blobs, async () =>
        {
            if (Interlocked.Increment(ref reading) >= 8) all.TrySetResult();
            await all.Task;
        });
        world.RestartScheduler();
        for (var i = 0; i < 8; i++) await world.OrderAsync(await PlanAsync(world, i));

        for (var pass = 0; pass < 500 && world.Host.Book.All.Count == 0; pass++)
        {
            await world.Host.BeginAsync((_, _) => { }, Stop);
            await Task.Delay(10, Stop);
        }

        await Task.Delay(100, Stop);
        reading.ShouldBeGreaterThanOrEqualTo(8);
        world.Host.Book.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_order_is_read_however_many_before_it_have_no_plans()
    {
        using var world = new World(workers: 0) { Terms = new SchedulerTerms { LedgerInterval = TimeSpan.Zero, PlansAtOnce = 2 } };
        world.RestartScheduler();
        for (var i = 0; i < 10; i++) Order(world, Digest.Of([(byte)i]));
        for (var pass = 0; pass < 5; pass++) await PassAsync(world);
        var good = await world.OrderAsync(await PlanAsync(world, 1));

        for (var pass = 0; pass < 4; pass++) await PassAsync(world);

        world.Host.Book.Find(good).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_limit_that_no_number_of_workers_keeps_is_refused()
    {
        using var world = new World(workers: 0);
        var job = await world.OrderAsync(await PlanAsync(world, 1) with { DataLimitBps = 1_000 });
        await PassAsync(world);

        world.Host.Book.Find(job).ShouldBeNull();
        world.Host.Book.ReasonOf(job)
            .ShouldBe(
                "No number of workers keeps within a data limit of 10 %: one partition of 1 is more. Split the data into 10 partitions at "
                + "least.");
    }

    [Fact]
    public async Task An_order_that_says_something_else_than_its_plan_is_refused_with_the_reason_and_takes_no_room()
    {
        using var world = new World(workers: 0);
        var plan = await PlanAsync(world, 1);
        await world.Blobs.PutAsync(plan.ToJson(), Stop);
        var job = world.Ledger.Order(new Ledger.JobTerms(
            default, world.BuyerKey.Address, world.SchedulerKey.Address, world.RefereeKey.Address, plan.Kind, new DatasetId(99),
            plan.Digest, plan.Redundancy, Money.Dollars(9),
            world.Clock.GetUtcNow() + TimeSpan.FromDays(1)));
        await PassAsync(world);

        world.Host.Book.All.ShouldBeEmpty();
        world.Host.Book.ReasonOf(job).ShouldBe($"The order is for dataset 99, its plan for dataset {plan.Dataset}.");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private sealed class SlowBlobs(IBlobStore blobs, Func<Task> wait) : PassingBlobs(blobs)
    {
        public override async Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
        {
            await wait();
            return await base.OpenAsync(cid, stop);
        }
    }

    private static async Task PassAsync(World world)
    {
        world.Clock.Move(TimeSpan.FromSeconds(61));
        await world.Host.AdvanceAsync((_, _) => { }, Stop);
    }

    private static void Order(World world, Digest plan) => world.Ledger.Order(new Ledger.JobTerms(
        default, world.BuyerKey.Address, world.SchedulerKey.Address, world.RefereeKey.Address, JobKind.Training, new DatasetId(1), plan, 3,
        Money.Dollars(9),
        world.Clock.GetUtcNow() + TimeSpan.FromDays(1)));

    private static async Task<JobPlan> PlanAsync(World world, int number) =>
        await TinyData.PlanAsync(world.Blobs)
            with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000, Version = Keccak.Hash([(byte)number]) };
}
