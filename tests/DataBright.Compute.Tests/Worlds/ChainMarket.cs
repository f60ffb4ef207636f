using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Trust;
using DataBright.Storage;

namespace DataBright.Compute.Worlds;

[CollectionDefinition(nameof(ChainMarket))]
public sealed class ChainMarketCollection : ICollectionFixture<ChainMarket>;

/// <summary>The real contracts on a real chain, with a dataset of tiny points.</summary>
public sealed class ChainMarket : IAsyncLifetime
{
    private int _files;
    private readonly string _folder = Directory.CreateTempSubdirectory("databright-chain-").FullName;
    private readonly List<IDisposable> _owned = [];
    private MarketChain? _market;
    private int _party;

    /// <summary>A file of this market's, which goes with it.</summary>
    public string File(string name) => Path.Combine(_folder, $"{Interlocked.Increment(ref _files)}-{name}");

    public Market.Ledger Ledger { get; private set; } = null!;

    public EthereumClient Client { get; private set; } = null!;

    /// <summary>Where the chain answers.</summary>
    public Uri Url => _market!.Chain.Url;

    public MemoryBlobStore Blobs { get; } = new();

    public Dataset Dataset { get; private set; } = null!;

    public Signer Deployer { get; private set; } = null!;

    /// <summary>Scheduler and referee, each with a key that the ledger trusts.</summary>
    public (int Number, Signer Signer) Scheduler { get; private set; }

    public (int Number, Signer Signer) Referee { get; private set; }

    public Signer Buyer { get; private set; } = null!;

    /// <summary>Who brought the dataset's one shard.</summary>
    public Signer Founder { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _market = await MarketChain.StartAsync(_folder);
        (Client, Deployer, Ledger) = (_market.Client, _market.Deployer, _market.Ledger);
        Buyer = await PartyAsync(dollars: 1_000_000); // buys for every test of the collection
        Scheduler = await TrustedAsync(TrustedRole.Scheduler);
        Referee = await TrustedAsync(TrustedRole.Referee);
        Dataset = await DatasetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned) owned.Dispose();
        if (_market is not null) await _market.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A plan over the dataset's one shard.</summary>
    public async Task<JobPlan> PlanAsync() => await TinyData.PlanAsync(Blobs) with
    {
        Dataset = Dataset.Id,
        Version = Dataset.VersionRoot,
        DataLimitBps = 10_000,
        Shards = [await TinyData.StoreAsync(Blobs, TinyData.Shard(40, 1))],
        Runs = [new RunPlan("main", 7, [0])],
    };

    public async Task<JobId> OrderAsync(JobPlan plan, ulong dollars = 90)
    {
        await Blobs.PutAsync(plan.ToJson(), CancellationToken.None);
        return await OrderAsync(plan.Dataset, plan.Digest, plan.Redundancy, dollars);
    }

    public Task<JobId> OrderAsync(Digest plan, int redundancy, ulong dollars) => OrderAsync(Dataset.Id, plan, redundancy, dollars);

    private async Task<JobId> OrderAsync(DatasetId dataset, Digest plan, int redundancy, ulong dollars)
    {
        var deadline = (await Client.BlockAsync(BlockTag.Latest))!.Timestamp + TimeSpan.FromDays(1);
        var order = ChainOrders.Training(dataset, plan, Scheduler, Referee, redundancy, Money.Dollars(dollars), deadline);
        return (await Ledger.Jobs.CreateAsync(order, Buyer, CancellationToken.None)).Id;
    }

    /// <summary>
    /// Lets more blocks pass than any chain remembers the hashes of, with the contract of EIP-2935 too; in parts, because a busy machine
    /// needs long for all of them.
    /// </summary>
    public async Task ForgetAsync()
    {
        for (var mined = 0; mined < 8_192; mined += 512) await _market!.Chain.MineAsync(512);
    }

    /// <summary>Moves the chain's clock. Others' jobs run out by it, so a test that moves it far has a market of its own.</summary>
    public Task AdvanceAsync(TimeSpan time) => _market!.Chain.AdvanceAsync(time);

    public async Task<Signer> PartyAsync(ulong dollars = 10_000)
    {
        var signer = Own(new Signer(Client, Own(World.Key(5_000 + _party++)), TimeProvider.System));
        await _market!.Chain.FundAsync(signer.Address, Uint256.Parse("1000000000000000000000"));
        await Ledger.Dollars.MintAsync(signer.Address, Money.Dollars(dollars), Deployer, CancellationToken.None);
        return signer;
    }

    public async Task<Signer> WorkerAsync()
    {
        var worker = await PartyAsync();
        await Ledger.Workers.RegisterAsync(Money.Dollars(100), Money.Dollars(1), worker.Key.PublicKey, Digest.Of("machine"u8), worker,
            CancellationToken.None);
        return worker;
    }

    /// <summary>By what the market's dataset measures proposals.</summary>
    public static MeasurementTerms Terms { get; } = MeasurementTerms.Usual
        with { Architecture = TinyData.Model, Tuned = new Optimiser(0.05f, 0.5f), BatchSize = 8, Steps = 12, Pairs = 4 };

    /// <summary>A key that the ledger trusts.</summary>
    public async Task<(int Number, Signer Signer)> TrustedAsync(TrustedRole role)
    {
        var party = await PartyAsync();
        return (await Ledger.TrustedKeys.RegisterAsync(party.Address, role, Attestation.None, null, Deployer, CancellationToken.None),
            party);
    }

    private async Task<Dataset> DatasetAsync()
    {
        var founding = await TinyData.StoreAsync(Blobs, TinyData.Shard(40, 1));
        var heldOut = await TinyData.StoreAsync(Blobs, TinyData.Shard(50, 3));
        var founder = Founder = await PartyAsync();
        var charter = new DatasetCharter(
            Digest.Of("about"u8), TinyData.Schema.Hash, heldOut.Cid.Hash, "Tiny", "TNY",
            new DatasetPolicy { TrainingPrice = Money.Dollars(50), UsageBps = 5_000 },
            [new Founder(founder.Address, ShareAmount.Whole(100))], new OfferedShard(founding.Root, founding.Count, founding.Cid))
        { Measurement = Terms.Hash };
        await Blobs.PutAsync(Terms.ToJson(), CancellationToken.None);
        return await Ledger.Datasets.CreateAsync(charter, founder, CancellationToken.None);
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}

internal static class ChainOrders
{
    public static JobOrder Training(DatasetId dataset, Digest plan, (int Number, Signer Key) scheduler, (int Number, Signer Key) referee,
        int redundancy, Money pay, DateTimeOffset deadline) =>
        new(JobKind.Training, dataset, null, plan, scheduler.Key.Address, referee.Key.Address, redundancy, pay, deadline);
}
