using System.Collections.Immutable;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Hostile;

/// <summary>What is counted against a worker, and what is not its fault: a buyer must not decide who is set aside.</summary>
public sealed class LapseTests
{
    private static readonly TaskKey Task = new(0, 0, 0);

    [Fact]
    public async Task A_task_that_nobody_gets_done_is_nobodys_fault_until_somebody_does()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        await puppet.PollAsync();
        var job = await OverdueAsync(world, puppet);

        job.Participants[puppet.Address].Stalls.ShouldBe(1);
        LapsesOf(job, puppet).ShouldBe(0, "nobody has shown that it can be done");

        var over = await world.RunAsync(new JobId(1), step: TimeSpan.FromSeconds(5));
        over.Phase.ShouldBe(JobPhase.Settled);
        LapsesOf(over, puppet).ShouldBe(over.Participants[puppet.Address].Lapses + 1, "others have");
    }

    [Fact]
    public async Task What_nobody_checks_shows_nothing()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        await puppet.PollAsync();
        await OverdueAsync(world, puppet);
        var over = await world.RunAsync(new JobId(1), step: TimeSpan.FromSeconds(5));

        var loose = over with { Plan = over.Plan with { Redundancy = 1, SpotChecks = 0 } };
        LapsesOf(loose, puppet).ShouldBe(over.Participants[puppet.Address].Lapses);
    }

    [Fact]
    public async Task A_lease_shorter_than_every_workers_time_is_no_lapse()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync(deadline: TimeSpan.FromSeconds(90));
        var puppet = new ScriptedWorker(world);
        await puppet.PollAsync();
        world.Clock.Move(TimeSpan.FromSeconds(40));
        await puppet.PollAsync(free: 0);
        await world.Host.AdvanceAsync((_, _) => { }, Stop);

        var job = world.Host.Book.Find(new JobId(1))!;
        job.Tasks[Task].Copies.ShouldNotContain(copy => copy.Stage == CopyStage.Leased && copy.Worker == puppet.Address,
            "its time was over");
        job.Participants[puppet.Address].Stalls.ShouldBe(0);
    }

    [Fact]
    public void Jobs_that_wait_at_the_same_time_are_one_incident()
    {
        var worker = World.Key(9).Address;
        var clock = new ManualClock();
        var presence = new WorkerPresence(new MemoryJobLedgerView(new MemoryJobLedger(worker)), clock, new SchedulerTerms());
        var now = clock.GetUtcNow();
        clock.Move(TimeSpan.FromSeconds(30));
        presence.Observe([.. Enumerable.Range(1, 6).Select(job => Waiting(job, worker, now + TimeSpan.FromSeconds(job)))]);
        presence.IsResting(worker).ShouldBeTrue();

        clock.Move(TimeSpan.FromSeconds(37));
        presence.IsResting(worker).ShouldBeFalse("a minute after the last of them");

        presence.Observe([.. Enumerable.Range(1, 6).Select(job => Waiting(job, worker, now - TimeSpan.FromMinutes(10 * job)))]);
        clock.Move(TimeSpan.FromMinutes(20));
        presence.IsResting(worker).ShouldBeTrue("six incidents, each twice as long as the one before");
    }

    [Fact]
    public async Task Several_copies_that_end_at_one_moment_are_one_lapse()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var job = world.Host.Book.Find(new JobId(1))!;
        var puppet = new ScriptedWorker(world);
        var seal = job.Tasks[TaskKey.Closing] with { Stage = TaskStage.Open };
        var copy = new Copy(0, CopyStage.Waiting, 77, puppet.Address, Due: world.Clock.GetUtcNow());
        job = job with { Tasks = job.Tasks.SetItem(TaskKey.Closing, seal.With(copy)) };

        var later = job.Expire(world.Clock.GetUtcNow() + TimeSpan.FromSeconds(11), _ => true, _ => false, world.Terms);

        later.Participants[puppet.Address].Lapses.ShouldBe(1);
    }

    [Fact]
    public async Task Who_has_committed_loses_no_time_while_another_copy_is_empty()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        await puppet.CommitAsync(new Commit(order.Lease, order.Task, Hash32.Zero));
        foreach (var worker in world.Workers.Take(2)) await worker.TurnAsync();
        var now = world.Clock.GetUtcNow();
        var job = world.Host.Book.Find(new JobId(1))!;
        job.MayReveal(job.Tasks[Task]).ShouldBeTrue();
        var honest = job.Tasks[Task].Copies.First(copy => copy.Worker != puppet.Address && copy.Stage == CopyStage.Committed);
        // The puppet was asked a while before.
        var task = job.Tasks[Task].With(job.Tasks[Task].Copies.First(copy => copy.Worker == puppet.Address) with { Due = now });
        var after = (job with { Tasks = job.Tasks.SetItem(Task, task) }).Expire(now + TimeSpan.FromSeconds(1), _ => true, _ => false,
            world.Terms);

        after.Tasks[Task].Copies[honest.Index].Due.ShouldBeNull();
        after.Expire(now + TimeSpan.FromHours(1), _ => true, _ => false, world.Terms).Tasks[Task].Copies[honest.Index].Stage
            .ShouldBe(CopyStage.Committed);
    }

    [Fact]
    public async Task To_leave_after_a_while_is_a_lapse_and_to_come_back_takes_as_long_as_to_be_gone()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        await puppet.PollAsync();
        world.Clock.Move(world.Terms.Seat + TimeSpan.FromSeconds(1));
        await puppet.SendAsync(puppet.PollMessage(free: 0, leaving: true));

        LapsesOf(world.Host.Book.Find(new JobId(1))!, puppet).ShouldBe(1);

        world.Clock.Move(TimeSpan.FromSeconds(2));
        await puppet.PollAsync();
        foreach (var worker in world.Workers.Take(2)) await worker.TurnAsync();
        var other =
            await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000 });
        await world.Host.AdvanceAsync((_, _) => { }, Stop);
        world.Host.Book.Find(other)!.Problem.ShouldNotBeNull().ShouldContain("2 are there");
    }

    [Fact]
    public async Task To_leave_at_once_is_no_lapse()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        await puppet.PollAsync();
        world.Clock.Move(TimeSpan.FromSeconds(1));
        await puppet.SendAsync(puppet.PollMessage(free: 0, leaving: true));

        LapsesOf(world.Host.Book.Find(new JobId(1))!, puppet).ShouldBe(0);
    }

    [Fact]
    public async Task An_old_poll_sent_again_takes_nothing_up_and_gives_nothing_back()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var (idle, leaving) = (puppet.PollMessage(), puppet.PollMessage(free: 0, leaving: true));
        world.Clock.Move(TimeSpan.FromSeconds(1));
        await puppet.PollAsync(free: 0);

        (await puppet.SendAsync(idle)).Start.ShouldBeEmpty();
        Copies(world).Count(copy => copy.Stage == CopyStage.Leased && copy.Worker == puppet.Address).ShouldBe(0);

        world.Clock.Move(TimeSpan.FromSeconds(1));
        await puppet.PollAsync();
        await puppet.SendAsync(leaving);
        Copies(world).Count(copy => copy.Stage == CopyStage.Leased && copy.Worker == puppet.Address).ShouldBe(1);
    }

    [Fact]
    public async Task A_seat_waits_for_a_busy_worker_only_so_long()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync(deadline: TimeSpan.FromMinutes(60));
        var job = world.Host.Book.Find(new JobId(1))!;
        var puppet = new ScriptedWorker(world);
        var (gone, ended) = (TimeSpan.Zero, (string?)null);
        while (ended is null && gone < TimeSpan.FromHours(2))
        {
            gone += TimeSpan.FromSeconds(10);
            job = job.Expire(world.Clock.GetUtcNow() + gone, _ => true, _ => true, world.Terms);
            ended = job.News.FirstOrDefault(news => news.Kind == JobEventKind.Vacated && news.Worker == puppet.Address)?.Detail;
        }

        ended.ShouldBe("computes something else for too long");
        gone.ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6), "a quarter of a third of the hour");
        LapsesOf(job, puppet).ShouldBe(0);
    }

    [Fact]
    public async Task Spans_of_any_order_can_be_compared()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync(deadline: TimeSpan.FromDays(365 * 7_900));
        var (now, worker) = (world.Clock.GetUtcNow(), new ScriptedWorker(world).Address);
        var early = now - TimeSpan.FromDays(365 * 2_000);
        var (fast, slow) = (new TaskKey(0, 0, 1), new TaskKey(0, 0, 2));
        var job = world.Host.Book.Find(new JobId(1))!;
        TaskState Open(TaskKey key, int step) => job.Tasks[Task] with
        {
            Key = key,
            Stage = TaskStage.Open,
            Steps = 4_000_000,
            Copies = [new Copy(0, CopyStage.Leased, 50 + key.Partition, worker, early, Due: now + TimeSpan.FromDays(1), Step: step)],
        };
        job = job with { Tasks = job.Tasks.SetItem(fast, Open(fast, 3_999_999)).SetItem(slow, Open(slow, 1_000)) };

        var expired = job.Expire(now, _ => true, _ => false, world.Terms);

        expired.Tasks[fast].Copies[0].Stage.ShouldBe(CopyStage.Leased);
        expired.Tasks[slow].Copies[0].Stage.ShouldBe(CopyStage.Vacant);

        var agreed = job.Tasks[Task] with { Stage = TaskStage.Agreed, Steps = 1,
            Copies = [new Copy(0, CopyStage.Revealed, 40, worker, early) { CommittedAt = now }] };
        (job with { Tasks = job.Tasks.SetItem(Task, agreed) }).Expire(now, _ => true, _ => false, world.Terms).Tasks[fast].Copies[0].Stage
            .ShouldBe(CopyStage.Leased);
    }

    [Fact]
    public async Task A_job_that_is_short_of_workers_changes_only_when_something_changes()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var vacant = world.Host.Book.Find(new JobId(1))!.Expire(world.Clock.GetUtcNow(), _ => false, _ => false, world.Terms);
        var shortly = vacant.Refill([], [], _ => false, world.Clock.GetUtcNow(), world.Terms);

        shortly.IsShort.ShouldBeTrue();
        shortly.Refill([], [], _ => false, world.Clock.GetUtcNow(), world.Terms).ShouldBeSameAs(shortly);
    }

    [Fact]
    public async Task A_stall_hides_no_lapse_of_the_same_moment()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        await puppet.PollAsync();
        var job = world.Host.Book.Find(new JobId(1))!;
        var seal = job.Tasks[TaskKey.Closing] with { Stage = TaskStage.Open };
        job = job with { Tasks = job.Tasks.SetItem(TaskKey.Closing,
            seal.With(new Copy(0, CopyStage.Waiting, 77, puppet.Address, Due: world.Clock.GetUtcNow()))) };

        var later = job.Expire(world.Clock.GetUtcNow() + TimeSpan.FromSeconds(61), _ => true, _ => false, world.Terms);

        (later.Participants[puppet.Address].Lapses, later.Participants[puppet.Address].Stalls).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_worker_whose_clock_is_behind_is_heard_after_an_interruption()
    {
        var clock = new ManualClock();
        var ledger = new MemoryJobLedger(World.Key(1).Address);
        ledger.Register(World.Key(9));
        var presence = new WorkerPresence(new MemoryJobLedgerView(ledger), clock, new SchedulerTerms());
        await presence.RefreshAsync(Stop);
        clock.Move(TimeSpan.FromHours(1));
        presence.Interrupted();
        clock.Move(TimeSpan.FromSeconds(40));
        presence.IsPresent(World.Key(9).Address).ShouldBeFalse();

        presence.Note(World.Key(9).Address, new Poll(clock.GetUtcNow() - TimeSpan.FromMinutes(2), 1, [], [], 0)).ShouldBeTrue();
        presence.IsPresent(World.Key(9).Address).ShouldBeTrue();
        presence.Note(World.Key(9).Address, new Poll(clock.GetUtcNow() - TimeSpan.FromMinutes(3), 1, [], [], 0))
            .ShouldBeFalse("said before");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ImmutableArray<Copy> Copies(World world) => world.Host.Book.Find(new JobId(1))!.Tasks[Task].Copies;

    private static int LapsesOf(SchedulerJob job, ScriptedWorker puppet) =>
        job.Lapses().Where(lapse => lapse.Worker == puppet.Address).Sum(lapse => lapse.Count);

    /// <summary>The puppet polls and does not get on; the honest ones do nothing meanwhile.</summary>
    private static async Task<SchedulerJob> OverdueAsync(World world, ScriptedWorker puppet)
    {
        for (var gone = 0; gone < 70; gone += 10)
        {
            world.Clock.Move(TimeSpan.FromSeconds(10));
            await puppet.PollAsync(free: 0);
        }

        await world.Host.AdvanceAsync((_, _) => { }, Stop);
        return world.Host.Book.Find(new JobId(1))!;
    }

    private static SchedulerJob Waiting(int job, Address worker, DateTimeOffset at) => new()
    {
        Terms = new Ledger.JobTerms(
            new JobId((ulong)job), default, default, default, JobKind.Training, new DatasetId(1), default, 1, Money.Zero,
            DateTimeOffset.MaxValue),
        Phase = JobPhase.Running,
        Participants = ImmutableSortedDictionary<Address, Participant>.Empty.Add(worker,
            new Participant(worker, []) { Lapses = 1, LapsedAt = at }),
    };
}
