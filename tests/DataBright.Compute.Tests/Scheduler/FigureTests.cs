using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Worlds;

namespace DataBright.Compute.Scheduler;

/// <summary>What people look at while a job runs: it survives a restart, and has a figure for every round.</summary>
public sealed class FigureTests
{
    [Fact]
    public async Task Losses_and_accuracies_are_there_after_a_restart()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("databright-figures-").FullName, "scheduler.db");
        using var store = SqliteSchedulerStore.Open(file);
        using var world = new World(workers: 3, store);
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 3, DataLimitBps = 10_000 };
        var job = await world.OrderAsync(plan);
        await world.UntilAsync(() => world.Host.Book.Find(job)?.Rounds?.Count == 1);
        var before = world.Host.Book.Find(job)!;

        world.RestartScheduler();

        var after = world.Host.Book.Find(job)!;
        after.Rounds.ShouldBe(before.Rounds);
        after.Losses.ShouldNotBeNull().ShouldBe(before.Losses);
        var over = await world.RunAsync(job);
        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        var rounds = over.Rounds.ShouldNotBeNull();
        rounds.Select(figure => figure.Round).ShouldBe([0, 1], "the last round is measured by the closing task");
        rounds.ShouldAllBe(figure => figure.Accuracy > 0.4 && figure.Total == 50);
        store.Events(job, 0, 1_000).Where(news => news.Kind == JobEventKind.Measured).Select(news => news.Detail![..15])
            .ShouldBe(["round 1 of 3: a", "round 2 of 3: a"]);
    }

    [Fact]
    public async Task A_figure_that_cannot_be_had_keeps_no_job_from_being_done()
    {
        using var world = new World(workers: 3);
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 };
        var job = await world.OrderAsync(plan);
        await world.UntilAsync(() => world.Host.Book.Find(job)?.Unmeasured is not null || world.Host.Book.Find(job)?.Rounds is not null);
        var measured = world.Host.Book.Find(job)! with { Rounds = null };

        measured.Measured(0, null).Rounds.ShouldNotBeNull().ShouldHaveSingleItem().Accuracy.ShouldBeNull();
        measured.Measured(1, 5).ShouldBeSameAs(measured, "that round is not over");
        (await world.RunAsync(job)).Phase.ShouldBe(JobPhase.Settled);
    }
}
