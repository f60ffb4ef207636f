using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>What a scheduler may rely on, whatever remembers for it.</summary>
public abstract class SchedulerStoreBehaviour : IDisposable
{
    /// <summary>The store as another process would find it.</summary>
    protected abstract ISchedulerStore Open();

    [Fact]
    public async Task A_job_comes_back_as_it_was_at_every_step_of_its_life()
    {
        var spy = new SpyingStore(Open());
        using var world = new World(workers: 4, spy, new Dictionary<int, ITaskExecutor> { [1] = Liars.InTraining(3) });
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 });

        await world.RunAsync(job);

        spy.Saves.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Events_are_numbered_and_can_be_read_from_any_of_them()
    {
        var store = Open();
        using var world = new World(workers: 3, store);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 });
        await world.RunAsync(job);

        var all = store.Events(job, 0, 1000);
        all.Select(news => news.Sequence).ShouldBe(all.Select(news => news.Sequence).Distinct().Order());
        store.Events(job, all[4].Sequence, 3).ShouldBe(all.Skip(5).Take(3));
        store.Events(new JobId(77), 0, 10).ShouldBeEmpty();
    }

    [Fact]
    public async Task Envelopes_of_what_a_beacon_drew_go_with_the_beacon()
    {
        var store = Open();
        using var world = new World(workers: 3, store);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 });
        await world.TurnAsync();
        var (state, worker, cid) = (world.Host.Book.Find(job)!, World.Key(1).Address, Cid.Raw(Digest.Of("1"u8)));
        foreach (var shard in new[] { -3, -2, -1, 0 }) store.KeepEnvelope(job, worker, shard, 0, cid);
        int[] Kept() => [.. new[] { -3, -2, -1, 0 }.Where(shard => store.FindEnvelope(job, worker, shard, 0) is not null)];

        store.Save(state, state with { News = [] }, DateTimeOffset.UnixEpoch);
        Kept().ShouldBe([-3, -2, -1, 0]);
        store.Save(state, state with { News = [], MeasurementBeacon = Keccak.Hash("another"u8) }, DateTimeOffset.UnixEpoch);
        Kept().ShouldBe([-1, 0]);
    }

    [Fact]
    public void An_envelope_is_remembered_once()
    {
        var store = Open();
        var (worker, first, second) = (World.Key(1).Address, Cid.Raw(Digest.Of("1"u8)), Cid.Raw(Digest.Of("2"u8)));
        store.FindEnvelope(new JobId(1), worker, 0, 0).ShouldBeNull();

        store.KeepEnvelope(new JobId(1), worker, 0, 0, first).ShouldBe(first);
        store.KeepEnvelope(new JobId(1), worker, 0, 0, second).ShouldBe(first);

        store.FindEnvelope(new JobId(1), worker, 0, 0).ShouldBe(first);
        store.FindEnvelope(new JobId(1), worker, 0, 1).ShouldBeNull();
        store.FindEnvelope(new JobId(2), worker, 0, 0).ShouldBeNull();
    }

    [Fact]
    public async Task Envelopes_of_an_order_that_is_gone_are_not_those_of_the_order_that_has_its_number()
    {
        var store = Open();
        using var world = new World(workers: 0);
        var plan = await TinyData.PlanAsync(world.Blobs);
        var terms = new Ledger.JobTerms(new JobId(1), default, default, default, plan.Kind, plan.Dataset, plan.Digest, 3, Money.Zero,
            DateTimeOffset.MaxValue);
        var (gone, here) = (SchedulerJob.Offer(terms with { Order = Keccak.Hash("gone"u8) }, plan),
            SchedulerJob.Offer(terms with { Order = Keccak.Hash("here"u8) }, plan));
        store.Save(null, gone, default);
        store.KeepEnvelope(new JobId(1), default, 0, 0, Cid.Raw(Digest.Of("points of the first"u8)));
        store.KeepEnvelope(new JobId(2), default, 0, 0, Cid.Raw(Digest.Of("of another job"u8)));
        store.Save(gone, gone with { Problem = "It waits." }, default);
        store.FindEnvelope(new JobId(1), default, 0, 0).ShouldNotBeNull();

        store.Save(gone, here, default);

        store.FindEnvelope(new JobId(1), default, 0, 0).ShouldBeNull();
        store.FindEnvelope(new JobId(2), default, 0, 0).ShouldNotBeNull();
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>After every save, reads everything back and compares it with what was to be saved.</summary>
    private sealed class SpyingStore(ISchedulerStore store) : ISchedulerStore
    {
        public int Saves { get; private set; }

        public IReadOnlyList<SchedulerJob> Load(Action<JobId, string>? unreadable = null) => store.Load(unreadable);

        public IReadOnlyList<RefusedOrder> Refusals() => store.Refusals();

        public JobEvent Refuse(RefusedOrder order, DateTimeOffset at) => store.Refuse(order, at);

        public IReadOnlyList<JobEvent> Save(SchedulerJob? before, SchedulerJob after, DateTimeOffset at)
        {
            var recorded = store.Save(before, after, at);
            var read = store.Load().Single(job => job.Id == after.Id);
            CanonicalJson.WriteText(read).ShouldBe(CanonicalJson.WriteText(after));
            CanonicalJson.WriteText(read.Tasks.Values).ShouldBe(CanonicalJson.WriteText(after.Tasks.Values));
            read.Plan.Digest.ShouldBe(after.Plan.Digest);
            Saves++;
            return recorded;
        }

        public IReadOnlyList<JobEvent> Events(JobId job, long after, int most) => store.Events(job, after, most);

        public Cid? FindEnvelope(JobId job, Address worker, int shard, int partition) => store.FindEnvelope(job, worker, shard, partition);

        public Cid KeepEnvelope(JobId job, Address worker, int shard, int partition, Cid envelope) =>
            store.KeepEnvelope(job, worker, shard, partition, envelope);
    }
}

public sealed class MemorySchedulerStoreTests : SchedulerStoreBehaviour
{
    protected override ISchedulerStore Open() => new MemorySchedulerStore();
}

public sealed class SqliteSchedulerStoreTests : SchedulerStoreBehaviour
{
    private readonly string _folder = Directory.CreateTempSubdirectory("databright-store-").FullName;
    private readonly List<SqliteSchedulerStore> _open = [];

    [Fact]
    public async Task A_job_goes_on_from_the_file_in_another_process()
    {
        using var world = new World(workers: 3, Open());
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 });
        for (var turn = 0; turn < 3; turn++) await world.TurnAsync();

        world.Store = Open();
        world.RestartScheduler();
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
    }

    [Fact]
    public void A_file_that_is_no_database_or_of_another_version_is_named_and_left_alone()
    {
        var path = Path.Combine(_folder, "text.db");
        File.WriteAllText(path, "This is a text, and long enough to be taken for the head of a file of a hundred bytes, which it is not.");
        Should.Throw<SchedulerStoreException>(() => SqliteSchedulerStore.Open(path)).Message.ShouldContain(path);
        File.ReadAllText(path).ShouldStartWith("This is a text");
    }

    public override void Dispose()
    {
        foreach (var store in _open) store.Dispose();
        Directory.Delete(_folder, recursive: true);
        base.Dispose();
    }

    protected override ISchedulerStore Open()
    {
        var store = SqliteSchedulerStore.Open(Path.Combine(_folder, "scheduler.db"));
        _open.Add(store);
        return store;
    }
}
