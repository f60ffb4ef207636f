using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Compute.Traces;
using DataBright.Compute.Worlds;
using DataBright.Market;

namespace DataBright.Compute.Hostile;

/// <summary>Workers that hold places without working: by old messages, without room, by waiting, by words about progress.</summary>
public sealed class PresenceTests
{
    [Fact]
    public async Task A_worker_that_polls_without_room_is_not_drawn()
    {
        using var world = await PuppetWorldAsync();
        await new ScriptedWorker(world).PollAsync(free: 0);

        (await ProblemAsync(world, redundancy: 3))
            .ShouldBe("The job needs 3 workers of different operators who accept its fee; 2 are there.");
    }

    [Fact]
    public async Task A_poll_played_again_makes_nobody_present()
    {
        using var world = await PuppetWorldAsync();
        var puppet = new ScriptedWorker(world);
        var heard = puppet.PollMessage();
        await puppet.SendAsync(heard);
        world.Clock.Move(world.Terms.Presence + TimeSpan.FromSeconds(1));

        await puppet.SendAsync(heard);

        (await ProblemAsync(world, redundancy: 3)).ShouldNotBeNull().ShouldContain("2 are there");
    }

    [Fact]
    public async Task A_poll_from_before_a_restart_makes_nobody_present_after_it()
    {
        using var world = await PuppetWorldAsync();
        var puppet = new ScriptedWorker(world);
        var early = puppet.PollMessage();
        await puppet.SendAsync(early);
        world.Clock.Move(TimeSpan.FromSeconds(1));
        world.RestartScheduler();

        await puppet.SendAsync(early);

        (await ProblemAsync(world, redundancy: 3)).ShouldNotBeNull().ShouldContain("2 are there");
    }

    [Fact]
    public async Task Other_messages_make_nobody_present()
    {
        using var world = await PuppetWorldAsync();
        var puppet = new ScriptedWorker(world);

        (await puppet.BeatAsync(new Jobs.LeaseId(new JobId(9), 1), 1)).ShouldBe(Refusal.UnknownJob);

        (await ProblemAsync(world, redundancy: 3)).ShouldNotBeNull().ShouldContain("2 are there");
    }

    [Fact]
    public async Task A_seat_that_nobody_comes_for_goes_to_another_and_costs_a_place_in_the_next_draw()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        await world.Workers[2].TurnAsync();
        await IdleAsync(world, puppet, world.Terms.Seat + TimeSpan.FromSeconds(5));

        Vacated(world).ShouldContain("did not take it up in time");
        world.Host.Book.Find(new JobId(1))!.Participants[puppet.Address].Lapses.ShouldBe(1);
        (await ProblemAsync(world, redundancy: 3, job: 2, off: 1)).ShouldNotBeNull()
            .ShouldContain("2 are there", customMessage: "the one who let others wait is set aside");
    }

    [Fact]
    public async Task A_worker_that_computes_here_may_let_its_other_seats_wait()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var second =
            await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000 });
        await world.Host.AdvanceAsync((_, _) => { }, Stop);
        Seat().Stage.ShouldBe(CopyStage.Waiting, "it is drawn for the second job too");
        for (var step = 1; step <= 3; step++)
        {
            world.Clock.Move(TimeSpan.FromSeconds(40));
            await puppet.PollAsync(free: 0);
            await puppet.BeatAsync(order.Lease, step);
            await world.Host.AdvanceAsync((_, _) => { }, Stop);
            Seat().Stage.ShouldBe(CopyStage.Waiting);
        }

        Vacated(world).ShouldNotContain("did not take it up in time");

        Copy Seat() => world.Host.Book.Find(second)!.Tasks[new Jobs.TaskKey(0, 0, 0)].Copies.Single(copy => copy.Worker == puppet.Address);
    }

    [Fact]
    public async Task To_commit_and_then_be_silent_costs_a_place_in_the_next_draw()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        await puppet.CommitAsync(new Commit(order.Lease, order.Task, Hash32.Zero));
        (await world.RunAsync(order.Lease.Job, step: TimeSpan.FromSeconds(10))).Phase.ShouldBe(JobPhase.Settled);

        world.Host.Book.Find(order.Lease.Job)!.Participants[puppet.Address].Lapses.ShouldBe(1);
    }

    [Fact]
    public async Task Progress_without_a_state_that_will_be_answered_for_prolongs_nothing()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        world.Clock.Move(TimeSpan.FromSeconds(40));
        var words = SignedMessage.Create(MessageKind.Heartbeat, new Heartbeat(order.Lease, 1, 0.5f), world.Ledger.Domain, puppet.Key);
        await world.Host.Wire.HeartbeatAsync(words, Stop);
        world.Clock.Move(TimeSpan.FromSeconds(21));
        await world.Host.AdvanceAsync((_, _) => { }, Stop);

        (await puppet.BeatAsync(order.Lease, 2)).ShouldBe(Refusal.LeaseLost);
    }

    [Fact]
    public async Task Progress_that_was_made_up_cannot_be_revealed_over()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var task = world.Host.Book.Find(order.Lease.Job)!.Tasks[order.Task];
        await puppet.BeatAsync(order.Lease, 2, Digest.Of("made up"u8));
        var hashes = await TraceAsync(world, puppet, order, task.Steps);
        var (root, final) = (StepTree.Root(hashes), await puppet.StateAsync(order, task.Steps));
        await puppet.CommitAsync(new Commit(order.Lease, order.Task,
            Commitments.ToTrace(world.Ledger.Domain, order.Order, order.Plan, order.Lease, order.Task, root, puppet.Address, default)));
        foreach (var worker in world.Workers) await worker.TurnAsync();
        var reveal = new Reveal(order.Lease, order.Task, root, default, StepTree.Prove(hashes, 0), StepTree.Prove(hashes, task.Steps));

        (await puppet.RevealAsync(reveal, final)).ShouldBe(Refusal.ProofBroken, "the proof is missing");
        (await puppet.RevealAsync(reveal with { Heard = StepTree.Prove(hashes, 2) }, final)).ShouldBe(Refusal.ProofBroken,
            "the trace has another state there");
        (await puppet.RevealAsync(reveal with { Heard = StepTree.Prove(hashes, 1) }, final)).ShouldBe(Refusal.ProofBroken,
            "this is another step");
    }

    [Fact]
    public async Task Progress_that_was_true_can_be_revealed_over()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var task = world.Host.Book.Find(order.Lease.Job)!.Tasks[order.Task];
        var hashes = await TraceAsync(world, puppet, order, task.Steps);
        await puppet.BeatAsync(order.Lease, 2, hashes[2]);
        var (root, final) = (StepTree.Root(hashes), await puppet.StateAsync(order, task.Steps));
        await puppet.CommitAsync(new Commit(order.Lease, order.Task,
            Commitments.ToTrace(world.Ledger.Domain, order.Order, order.Plan, order.Lease, order.Task, root, puppet.Address, default)));
        foreach (var worker in world.Workers) await worker.TurnAsync();

        (await puppet.RevealAsync(new Reveal(order.Lease, order.Task, root, default, StepTree.Prove(hashes, 0),
            StepTree.Prove(hashes, task.Steps), Heard: StepTree.Prove(hashes, 2)), final)).ShouldBeNull();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public async Task A_lease_is_a_part_of_the_jobs_time_however_well_it_is_spun_out(int minutes)
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync(TimeSpan.FromMinutes(minutes), epochs: 20);
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var begun = world.Clock.GetUtcNow();
        Refusal? answer = null;
        for (var step = 1; answer is null; step++)
        {
            world.Clock.Move(TimeSpan.FromSeconds(50));
            answer = await puppet.BeatAsync(order.Lease, step);
            await world.Host.AdvanceAsync((_, _) => { }, Stop);
        }

        answer.ShouldBe(Refusal.LeaseLost);
        (world.Clock.GetUtcNow() - begun).ShouldBeLessThan(TimeSpan.FromMinutes(minutes) / 3 + TimeSpan.FromSeconds(101),
            "one round, the closing task, and one more");
    }

    [Fact]
    public async Task Leases_that_ran_out_while_the_scheduler_was_away_are_nobodys_fault()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        world.Clock.Move(TimeSpan.FromMinutes(10));
        world.RestartScheduler();
        await puppet.PollAsync();
        await world.Host.AdvanceAsync((_, _) => { }, Stop);

        (await puppet.CommitAsync(new Commit(order.Lease, order.Task, Hash32.Zero))).ShouldBeNull();
        world.Host.Book.Find(order.Lease.Job)!.Participants[puppet.Address].Lapses.ShouldBe(0);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Two honest workers that are there, and a puppet that is registered.</summary>
    private static async Task<World> PuppetWorldAsync()
    {
        var world = new World(workers: 2);
        ScriptedWorker.Register(world);
        foreach (var worker in world.Workers) await worker.TurnAsync();
        return world;
    }

    /// <summary>Why a job that needs so many workers does not start, with the honest ones there.</summary>
    private static async Task<string?> ProblemAsync(World world, int redundancy, int job = 1, int off = 0)
    {
        foreach (var worker in world.Workers.Take(off)) worker.IsOff = true;
        if (off > 0) world.Clock.Move(world.Terms.Presence + TimeSpan.FromSeconds(1));
        if (off > 0) await new ScriptedWorker(world).SendAsync(new ScriptedWorker(world).PollMessage());
        var id = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs)
            with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000, Redundancy = redundancy });
        id.ShouldBe(new JobId((ulong)job));
        for (var turn = 0; turn < 2; turn++) await world.TurnAsync();
        return world.Host.Book.Find(id)!.Problem;
    }

    private static async Task IdleAsync(World world, ScriptedWorker puppet, TimeSpan time)
    {
        for (var gone = TimeSpan.Zero; gone < time; gone += TimeSpan.FromSeconds(10))
        {
            world.Clock.Move(TimeSpan.FromSeconds(10));
            await puppet.PollAsync(free: 0);
            await world.TurnAsync();
        }
    }

    private static IEnumerable<string?> Vacated(World world) =>
        world.Store.Events(new JobId(1), 0, 1000).Where(news => news.Kind == JobEventKind.Vacated).Select(news => news.Detail);

    private static async Task<Digest[]> TraceAsync(World world, ScriptedWorker puppet, TaskOrder order, int steps)
    {
        var plan = world.Host.Book.Find(order.Lease.Job)!.Plan;
        var hashes = new Digest[steps + 1];
        for (var step = 0; step <= steps; step++)
            hashes[step] = TaskStates.Read(plan, order.Task, await puppet.StateAsync(order, step)).Hash;
        return hashes;
    }
}
