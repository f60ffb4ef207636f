using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;

namespace DataBright.Compute.Scheduler;

/// <summary>Processes that die at the worst moment.</summary>
public sealed class KillTests
{
    /// <summary>Every transaction of a job with a liar in it, so that disputes and convictions are among what is interrupted.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_scheduler_killed_at_any_of_its_transactions_ends_with_the_same_result_and_the_same_balances(bool afterSaving)
    {
        var (saves, expected) = await CourseAsync(killAt: 0, afterSaving);

        for (var kill = 1; kill <= saves; kill++)
        {
            var (_, course) = await CourseAsync(kill, afterSaving);
            course.ShouldBe(expected, $"killed at transaction {kill} of {saves}");
        }
    }

    [Fact]
    public async Task A_worker_killed_in_the_middle_of_a_task_goes_on_from_the_last_state_it_kept()
    {
        using var undisturbed = new World(workers: 3);
        var counting = new CountingExecutor(dieAt: 50);
        using var world = new World(workers: 3, executors: new Dictionary<int, ITaskExecutor> { [1] = counting });
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, EpochsPerRound = 10, DataLimitBps = 10_000 };
        await TinyData.PlanAsync(undisturbed.Blobs);
        var job = await world.OrderAsync(plan);
        await undisturbed.OrderAsync(plan);

        await world.UntilAsync(() => counting.HasDied);
        world.Workers[1].Kill();
        await world.RunAsync(job);
        await undisturbed.RunAsync(job);

        counting.TrainingSteps.ShouldBe(50 + (80 - 40), "of 80 steps, 40 were kept and not computed again");
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(undisturbed.Ledger.SettlementOf(job)!.ResultHash);
        world.Balances().ShouldBe(undisturbed.Balances());
    }

    private static async Task<(int Saves, string Course)> CourseAsync(int killAt, bool afterSaving)
    {
        var store = new KillingStore(new MemorySchedulerStore(), killAt, afterSaving);
        using var world = new World(workers: 4, store, new Dictionary<int, ITaskExecutor> { [1] = Liars.InTraining(3) });
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 2, DataLimitBps = 10_000 };
        var job = await world.OrderAsync(plan);
        var over = await world.RunAsync(job);
        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        var writes = string.Join(",", world.Ledger.History.Select(entry => entry[..entry.IndexOf(' ', StringComparison.Ordinal)]));
        return (store.Saves, $"{world.Ledger.SettlementOf(job)!.ResultHash} {writes} {string.Join(" ", world.Balances())}");
    }
}
