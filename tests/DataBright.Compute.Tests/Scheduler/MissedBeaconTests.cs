using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// A scheduler that dies between accepting a job and anchoring its draw, and comes back when the ledger has forgotten the block to draw
/// with.
/// </summary>
public sealed class MissedBeaconTests
{
    [Theory]
    [InlineData(JobPhase.Accepting, true, 0)]
    [InlineData(JobPhase.Drawing, false, 1)]
    [InlineData(JobPhase.Drawing, true, 1)]
    [InlineData(JobPhase.Assigning, true, 1)]
    [InlineData(JobPhase.Running, false, 0)]
    public async Task A_scheduler_that_comes_back_too_late_draws_with_a_later_beacon(JobPhase died, bool afterSaving, int renewals)
    {
        var kill = await SavesUntilAsync(died);
        var store = new KillingStore(new MemorySchedulerStore(), kill, afterSaving);
        var (world, job) = await StartAsync(store);
        using var _ = world;

        await world.UntilAsync(() => store.Saves == kill);
        world.Ledger.Forget();
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.History.Count(entry => entry == $"renew {job}").ShouldBe(renewals);
        world.Ledger.History.ShouldContain($"assign {job} {over.AssignmentRoot}");
    }

    [Fact]
    public async Task The_seats_are_those_of_the_beacon_that_counts()
    {
        var kill = await SavesUntilAsync(JobPhase.Assigning);
        var store = new KillingStore(new MemorySchedulerStore(), kill, afterSaving: true);
        var (world, job) = await StartAsync(store);
        using var _ = world;
        await world.UntilAsync(() => store.Saves == kill);
        var first = world.Host.Book.Find(job)!;
        world.Ledger.Forget();
        await world.UntilAsync(() => world.Host.Book.Find(job)!.Phase == JobPhase.Running);

        var drawn = world.Host.Book.Find(job)!;
        drawn.Beacon.ShouldNotBe(first.Beacon);
        drawn.DrawSeed().ShouldBe(first.DrawSeed(), "a seed that could be changed could be chosen");
        (first with { Phase = JobPhase.Drawing, Beacon = null, Participants = first.Participants.Clear(), Seats = first.Seats.Clear() })
            .Drawn(drawn.Beacon!.Value).AssignmentRoot.ShouldBe(drawn.AssignmentRoot);
        drawn.Participants.Keys.ShouldBe(drawn.Seats.Values.Distinct().Order(), "nobody of the first draw is left");
    }

    /// <summary>How often an undisturbed scheduler has stored something when a job is in a phase.</summary>
    private static async Task<int> SavesUntilAsync(JobPhase phase)
    {
        var store = new WatchingStore(phase);
        var (world, _) = await StartAsync(store);
        using var __ = world;
        await world.UntilAsync(() => store.Reached is not null);
        return store.Reached!.Value;
    }

    private static async Task<(World World, JobId Job)> StartAsync(ISchedulerStore store)
    {
        var world = new World(workers: 6, store);
        return (world, await world.OrderAsync(await TinyData.PlanAsync(world.Blobs)));
    }

    private sealed class WatchingStore(JobPhase phase) : ISchedulerStore
    {
        private readonly MemorySchedulerStore _store = new();
        private int _saves;

        public int? Reached { get; private set; }

        public IReadOnlyList<SchedulerJob> Load(Action<JobId, string>? unreadable = null) => _store.Load(unreadable);

        public IReadOnlyList<RefusedOrder> Refusals() => _store.Refusals();

        public JobEvent Refuse(RefusedOrder order, DateTimeOffset at) => _store.Refuse(order, at);

        public IReadOnlyList<JobEvent> Save(SchedulerJob? before, SchedulerJob after, DateTimeOffset now)
        {
            _saves++;
            if (after.Phase == phase) Reached ??= _saves;
            return _store.Save(before, after, now);
        }

        public IReadOnlyList<JobEvent> Events(JobId job, long after, int most) => _store.Events(job, after, most);

        public Cid? FindEnvelope(JobId job, Address worker, int shard, int partition) => _store.FindEnvelope(job, worker, shard, partition);

        public Cid KeepEnvelope(JobId job, Address worker, int shard, int partition, Cid envelope) =>
            _store.KeepEnvelope(job, worker, shard, partition, envelope);
    }
}
