using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Workers;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Worlds;

/// <summary>
/// A whole market in one process: a ledger, a scheduler, a referee and workers, moved turn by turn. Same seed, same course.
/// </summary>
public sealed class World : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("databright-world-").FullName;

    public World(int workers, ISchedulerStore? store = null, IReadOnlyDictionary<int, ITaskExecutor>? executors = null,
        bool stutter = false)
    {
        Store = store ?? new MemorySchedulerStore();
        Ledger = new MemoryJobLedger(SchedulerKey.Address);
        Shards = new BlobShardSource(Blobs);
        Referee = new Referee(RefereeKey, new MemoryJobLedgerView(Ledger), Blobs, Shards);
        Host = Open();
        for (var i = 0; i < workers; i++)
        {
            var key = Key(1000 + i);
            Ledger.Register(key);
            Workers.Add(new WorkerSeat(this, key, Path.Combine(_folder, $"worker-{i}"),
                executors?.GetValueOrDefault(i) ?? new HonestExecutor(), stutter));
        }
    }

    public ManualClock Clock { get; } = new();

    public MeterTally Tally { get; } = new();

    public MemoryBlobStore Blobs { get; } = new();

    public ISchedulerStore Store { get; set; }

    /// <summary>
    /// The files and the ledger as the scheduler sees them, where that is not as they are; it does from its next start on.
    /// </summary>
    public IBlobStore? Files { get; set; }

    public IJobLedger? View { get; set; }

    public IShardSource? Points { get; set; }

    public MemoryJobLedger Ledger { get; }

    public BlobShardSource Shards { get; }

    public IReferee Referee { get; set; }

    public SchedulerHost Host { get; private set; }

    public List<WorkerSeat> Workers { get; } = [];

    public EthereumKey SchedulerKey { get; } = Key(1);

    public EthereumKey RefereeKey { get; } = Key(2);

    public EthereumKey BuyerKey { get; } = Key(3);

    public List<string> Reports { get; } = [];

    public SchedulerTerms Terms { get; set; } = new() { LedgerInterval = TimeSpan.Zero };

    /// <summary>What everybody has in the end.</summary>
    public IReadOnlyList<Money> Balances() =>
        [.. Workers.Select(worker => Ledger.OwedTo(worker.Address)), .. Workers.Select(worker => Ledger.StakeOf(worker.Address)),
            Ledger.OwedTo(BuyerKey.Address), Ledger.OwedTo(SchedulerKey.Address)];

    public static EthereumKey Key(int number) => EthereumKey.FromBytes(Keccak.Hash(BitConverter.GetBytes(number)).AsSpan());

    /// <summary>Starts the scheduler anew, as after a crash: from what it has stored and nothing else.</summary>
    public void RestartScheduler() => Host = Open();

    public async Task<JobId> OrderAsync(JobPlan plan, ulong dollars = 90, TimeSpan? deadline = null)
    {
        await Blobs.PutAsync(plan.ToJson(), CancellationToken.None);
        return Ledger.Order(plan, BuyerKey.Address, RefereeKey.Address, Money.Dollars(dollars),
            Clock.GetUtcNow() + (deadline ?? TimeSpan.FromDays(1)));
    }

    /// <summary>One turn of everybody: the workers ask and do, then the scheduler moves.</summary>
    public async Task TurnAsync()
    {
        foreach (var worker in Workers) await worker.TurnAsync();
        try
        {
            await Host.AdvanceAsync((job, fault) => Reports.Add($"{job}: {fault.Message}"), CancellationToken.None);
        }
        catch (KilledException)
        {
            RestartScheduler();
        }
    }

    /// <summary>Turns until something is so.</summary>
    public async Task UntilAsync(Func<bool> holds, int turns = 100)
    {
        for (var turn = 0; turn < turns && !holds(); turn++) await TurnAsync();
        if (!holds()) throw new TimeoutException($"It is still not so after {turns} turns. {string.Join(" | ", Reports.TakeLast(3))}");
    }

    /// <summary>Turns until the job is over.</summary>
    public async Task<SchedulerJob> RunAsync(JobId job, int turns = 200, TimeSpan? step = null)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            await TurnAsync();
            if (Host.Book.Find(job) is { IsOver: true } over) return over;
            if (step is { } by) Clock.Move(by);
        }

        var state = Host.Book.Find(job);
        throw new TimeoutException(
            $"Job {job} is {state?.Phase} after {turns} turns ({state?.Problem}). {string.Join(" | ", Reports.TakeLast(3))} "
            + $"{string.Join(" | ", Workers.SelectMany(w => w.News).TakeLast(5))}");
    }

    public void Dispose()
    {
        foreach (var worker in Workers) worker.Dispose();
        Shards.Dispose();
        Tally.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private SchedulerHost Open() => new(
        SchedulerKey, View ?? new MemoryJobLedgerView(Ledger), Store, Files ?? Blobs, Points ?? Shards, new AnyReferee(this),
        () => Keccak.Hash("chance"u8), Clock, Terms, new SchedulerMetrics(Tally));

    private sealed class AnyReferee(World world) : IReferee
    {
        public Task<Address> AddressAsync(CancellationToken stop) => world.Referee.AddressAsync(stop);

        public Task<Ruling> JudgeAsync(SignedMessage dossier, CancellationToken stop) => world.Referee.JudgeAsync(dossier, stop);
    }
}

/// <summary>One worker of a world, which can be killed and started again on the same folder.</summary>
public sealed class WorkerSeat(World world, EthereumKey key, string folder, ITaskExecutor executor, bool stutter) : IDisposable
{
    private WorkerEngine? _engine;

    public EthereumKey Key => key;

    public Address Address => key.Address;

    public bool IsOff { get; set; }

    public List<string> News { get; } = [];

    /// <summary>What stands between the worker and its scheduler.</summary>
    public Func<ISchedulerWire, ISchedulerWire> Wrap { get; set; } = wire => wire;

    public string Folder => folder;

    public async Task TurnAsync()
    {
        if (IsOff) return;
        _engine ??= new WorkerEngine(
            key, Wrap(stutter ? new StutteringWire(new CurrentWire(world)) : new CurrentWire(world)), new WorkFolder(folder), executor,
            world.Clock,
            new WorkerOptions { Snapshots = 4, Retry = TimeSpan.Zero, Concurrency = 2 }, new Notes(News));
        try
        {
            await _engine.TurnAsync(TimeSpan.Zero, takesWork: true, CancellationToken.None);
        }
        catch (Exception fault) when (fault is ProtocolException or HttpRequestException)
        {
            News.Add(fault.Message);
        }

        await _engine.FinishAsync();
    }

    /// <summary>Forgets everything that is not on the worker's disk.</summary>
    public void Kill() => _engine = null;

    public void Dispose() => _engine?.Dispose();

    private sealed class Notes(List<string> news) : IProgress<WorkerNews>
    {
        public void Report(WorkerNews value)
        {
            lock (news) news.Add($"{value.Lease}: {value.Text}");
        }
    }
}
