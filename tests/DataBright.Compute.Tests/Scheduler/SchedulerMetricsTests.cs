using DataBright.Compute.Hostile;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;

namespace DataBright.Compute.Scheduler;

/// <summary>What is counted is what was recorded: the same figures can be read from the events of the job.</summary>
public sealed class SchedulerMetricsTests
{
    [Fact]
    public async Task Leases_convictions_and_states_are_counted_as_they_are_recorded()
    {
        using var world = new World(workers: 6, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(3) });
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { DataLimitBps = 10_000 });
        await world.UntilAsync(() => world.Host.Book.Find(job)?.Phase == JobPhase.Running);
        State(world, "running").ShouldBe(1);

        (await world.RunAsync(job)).Phase.ShouldBe(JobPhase.Settled);

        var events = world.Store.Events(job, 0, 10_000);
        var lied = events.Count(news => news is { Kind: JobEventKind.Vacated, Detail: LeaseEnd.Convicted });
        lied.ShouldBeGreaterThan(0);
        world.Tally["databright.leases.given"].ShouldBe(events.Count(news => news.Kind == JobEventKind.Leased));
        world.Tally["databright.leases.lapsed{reason=convicted}"].ShouldBe(lied);
        world.Tally["databright.convictions"].ShouldBe(1);
        (State(world, "running"), State(world, "settled")).ShouldBe((0, 1));
    }

    [Fact]
    public async Task A_lease_that_runs_out_lapses_by_its_reason()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        (await puppet.PollAsync()).Start.ShouldNotBeEmpty();
        world.Tally["databright.leases.lapsed{reason=overdue}"].ShouldBe(0);

        world.Clock.Move(world.Terms.Lease + TimeSpan.FromSeconds(1));
        await world.Host.AdvanceAsync((_, _) => { }, TestContext.Current.CancellationToken);

        world.Tally["databright.leases.lapsed{reason=overdue}"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_scheduler_that_starts_again_knows_the_states_of_its_jobs_and_counts_nothing_twice()
    {
        using var world = new World(workers: 6);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs));
        await world.RunAsync(job);
        var given = world.Tally["databright.leases.given"];

        world.RestartScheduler();

        world.Tally["databright.leases.given"].ShouldBe(given);
        // Of the two books that looked at one meter, each says what it knows.
        State(world, "settled").ShouldBe(2);
    }

    private static double State(World world, string state) => world.Tally.Look()[$"databright.jobs{{state={state}}}"];
}
