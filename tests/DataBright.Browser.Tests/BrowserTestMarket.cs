using System.Text;
using DataBright.Ethereum;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Datasets;
using DataBright.Market.Models;
using DataBright.Market.Owed;
using DataBright.Market.Requests;
using DataBright.Node.Configuration;
using DataBright.Node;
using DataBright.Serving;
using DataBright.Storage;

[assembly: AssemblyFixture(typeof(DataBright.Browser.Tests.Chromium))]
[assembly: AssemblyFixture(typeof(DataBright.Browser.Tests.BrowserTestMarket))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace DataBright.Browser.Tests;

/// <summary>A small market on a real chain, and a real node that shows it and holds two local accounts.</summary>
public sealed class BrowserTestMarket : IAsyncLifetime
{
    public const string Password = "correct horse";
    public const string Hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)><svg onload=alert(3)>";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("databright-browser");
    private readonly List<IDisposable> _owned = [];
    private MarketChain _market = null!;
    private int _seed = 100;
    private PredictionServer? _house;
    private NodeHost? _worker;

    public EmbeddedChain Chain => _market.Chain;

    public EthereumClient Client => _market.Client;

    public Market.Ledger Ledger => _market.Ledger;

    public NodeHost Node { get; private set; } = null!;

    public FolderBlobStore Blobs { get; private set; } = null!;

    public string Home => _home.FullName;

    public Signer House => _market.Deployer;

    /// <summary>A shareholder with a wallet in the browser.</summary>
    public Signer Anna { get; private set; } = null!;

    /// <summary>Brings data.</summary>
    public Signer Ben { get; private set; } = null!;

    /// <summary>A shareholder whose key is encrypted in the data folder, as <c>cleo</c>.</summary>
    public Signer Cleo { get; private set; } = null!;

    /// <summary>A shareholder whose bare key is in the data folder, as <c>dora</c>.</summary>
    public Signer Dora { get; private set; } = null!;

    /// <summary>Holds nothing.</summary>
    public Signer Eve { get; private set; } = null!;

    public DatasetId Digits { get; private set; }

    /// <summary>Votes on it are shielded.</summary>
    public DatasetId Sealed { get; private set; }

    /// <summary>Its only curator is Cleo, who judges before the shareholders are asked.</summary>
    public DatasetId Reviewed { get; private set; }

    /// <summary>Gives more shares for a measured gain.</summary>
    public DatasetId Rewarding { get; private set; }

    /// <summary>Its best model is replaced.</summary>
    public DatasetId Ranked { get; private set; }

    /// <summary>Named by somebody hostile.</summary>
    public DatasetId Poisoned { get; private set; }

    public RequestId Request { get; private set; }

    /// <summary>A model that a worker beside the node serves, for some free trials.</summary>
    public ModelId Model { get; private set; }

    public Checkpoint Weights { get; } = TrainingRun.FreshParameters(Architectures.SoftmaxRegression, 7);

    public NodeOptions Options => new() { Home = Home, Chain = Chain.Url, LocalAccounts = true, Relayer = House.Key };

    public async ValueTask InitializeAsync()
    {
        var stop = CancellationToken.None;
        _market = await MarketChain.StartAsync(Home);
        _market.SaveTo(Home);
        (Anna, Ben, Cleo, Dora, Eve) = (Party(1), Party(2), Party(3), Party(4), Party(5));
        Blobs = new FolderBlobStore(Path.Combine(Home, "blobs"));
        foreach (var signer in (Signer[])[Anna, Ben, Cleo, Dora])
            await Ledger.Dollars.MintAsync(signer.Address, Money.Dollars(1_000), House, stop);

        var keys = Directory.CreateDirectory(Path.Combine(Home, "keys"));
        Keystore.Save(Path.Combine(keys.FullName, "cleo.json"), Cleo.Key, Password, KeystoreCost.Light);
        var secret = new byte[EthereumKey.Size];
        Dora.Key.CopySecretTo(secret);
        await File.WriteAllTextAsync(Path.Combine(keys.CreateSubdirectory("open").FullName, "dora.development-key"),
            Hex.Encode(secret), stop);

        var policy = new DatasetPolicy { VotingPeriod = TimeSpan.FromHours(1), LateQuorum = TimeSpan.Zero, QuorumBps = 9_000,
            GainBonusBps = 0 };
        Digits = await FoundAsync("Handwritten digits", "DIGIT", policy);
        Sealed = await FoundAsync("Sealed letters", "SEAL", policy with { RevealPeriod = TimeSpan.FromHours(1) });
        Reviewed = await FoundAsync("Reviewed drawings", "DRAW", policy with { RevealPeriod = TimeSpan.FromHours(1) }, Cleo.Address);
        Poisoned = await FoundAsync(Hostile[..60], "<b>", policy);
        Rewarding = await FoundAsync("Rewarded digits", "GAIN", policy with { GainBonusBps = 10_000 });
        Ranked = await FoundAsync("Ranked digits", "RANK", policy);
        var schema = Pictures(1, 1).Schema;
        var wanted = await Blobs.PutAsync(
            Encoding.UTF8.GetBytes("# Letters\nHandwritten letters, as many hands as can be found.\nPurpose: tests. Licence: CC0."), stop);
        Request = await Ledger.Requests.OpenAsync(new RequestAsk(
            wanted.Hash, schema.Hash, null, Money.Parse("0.05"),
            DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).AddDays(30), Money.Dollars(10)),
            Anna, stop);
        await ServeAsync(stop);
        Node = await NodeHost.StartAsync(Options, stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (Node is not null) await Node.DisposeAsync();
        if (_worker is not null) await _worker.DisposeAsync();
        if (_house is not null) await _house.DisposeAsync();
        foreach (var owned in Enumerable.Reverse(_owned)) owned.Dispose();
        if (_market is not null) await _market.DisposeAsync();
        _home.Delete(recursive: true);
    }

    /// <summary>New points on offer by Ben, each time others.</summary>
    public async Task<ProposalId> ProposeAsync(DatasetId dataset, CancellationToken stop)
    {
        var shard = Pictures(20, Interlocked.Increment(ref _seed));
        var cid = await Blobs.PutAsync(ShardFile.ToBytes(shard), stop);
        var id = await Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(shard.Root, shard.Count, cid), Ben, stop);
        // Votes are weighed at the end of the block in which a proposal opens.
        await Chain.MineAsync(1, stop);
        await ReadAsync(stop);
        return id;
    }

    /// <summary>A model of Anna's, each time with other parameters, with an accuracy that she claims.</summary>
    public async Task<ModelId> RegisterAsync(DatasetId dataset, uint claimedPpm, CancellationToken stop)
    {
        var weights = TrainingRun.FreshParameters(Architectures.SoftmaxRegression, (ulong)Interlocked.Increment(ref _seed));
        var cid = await Blobs.PutAsync(weights.ToBytes(), stop);
        return await Ledger.Models.RegisterAsync(
            new ModelRegistration(weights.Hash, Architectures.SoftmaxRegression.Hash, cid, [], dataset, claimedPpm, Money.Parse("0.001"),
                null), Anna, stop);
    }

    /// <summary>These say yes, and the node has read it.</summary>
    public async Task AgreeAsync(ProposalId proposal, Signer[] voters, CancellationToken stop)
    {
        foreach (var voter in voters) await Ledger.Proposals.VoteAsync(proposal, Market.Proposals.Choice.Yes, null, voter, stop);
        await ReadAsync(stop);
    }

    /// <summary>Waits until the node has read all that is on the chain.</summary>
    public async Task ReadAsync(CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Node.Address };
        var head = await Client.BlockNumberAsync(stop);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (System.Text.Json.JsonDocument.Parse(await http.GetStringAsync("/api/v1/ledger", patience.Token)).RootElement
            .GetProperty("indexed").GetUInt64() < head)
            await tick.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>What <c>account withdraw</c> would find: asked of an index of its own, which has just read the whole chain.</summary>
    public async Task<OwedAccount> OwedAsync(Address account, CancellationToken stop)
    {
        using var index = LedgerIndex.Open(Path.Combine(Home, $"owed-{Interlocked.Increment(ref _seed)}.db"), Ledger.Addresses);
        await index.CatchUpAsync(Client, TimeProvider.System, stop);
        return await new OwedQuery(Ledger, index, new NoSheets(), TimeProvider.System).ReadAsync(account, stop);
    }

    public static Shard Pictures(int count, int seed)
    {
        var schema = new DataSchema(ElementType.UInt8, [1, 28, 28], 10);
        var features = new byte[count * schema.FeatureBytes];
        new Random(seed).NextBytes(features);
        return new Shard(schema, features, [.. Enumerable.Range(0, count).Select(i => i % 10)]);
    }

    /// <summary>As a worker does it: it leaves word of itself in the data folder.</summary>
    private async Task ServeAsync(CancellationToken stop)
    {
        var cid = await Blobs.PutAsync(Weights.ToBytes(), stop);
        Model = await Ledger.Models.RegisterAsync(
            new ModelRegistration(Weights.Hash, Architectures.SoftmaxRegression.Hash, cid, [], Digits, 871_300, Money.Parse("0.001"), null),
            Anna, stop);
        var served = await ServedModel.LoadAsync(Ledger, Blobs, Model, Anna.Key, grant: null, stop);
        _house = PredictionServer.Open(
            Anna.Key, Ledger.Addresses, [served], new ChainChannelLedger(Ledger.Predictions, Anna), Path.Combine(Home, "vouchers.log"),
            new ServingTerms { TrialEachPerDay = 40 }, TimeProvider.System);
        _worker = await NodeHost.StartAsync(
            new NodeOptions { Roles = NodeRoles.None, Home = Home, Chain = Chain.Url, Predictions = _house }, stop);
        await File.WriteAllTextAsync(Path.Combine(Home, "serving.json"),
            $$"""{"address":"{{_worker.Address}}","rpc":"{{Chain.Url}}","processId":1,"started":"2026-01-01T00:00:00Z"}""", stop);
    }

    private async Task<DatasetId> FoundAsync(string name, string symbol, DatasetPolicy policy, params Address[] curators)
    {
        var founding = Pictures(30, Interlocked.Increment(ref _seed));
        var description = await Blobs.PutAsync(
            Encoding.UTF8.GetBytes($"# {name}\nSmall grey pictures. {Hostile}\nPurpose: tests. Licence: CC0."), CancellationToken.None);
        await Blobs.PutAsync(Encoding.UTF8.GetBytes(founding.Schema.ToJson()), CancellationToken.None);
        var cid = await Blobs.PutAsync(ShardFile.ToBytes(founding), CancellationToken.None);
        Founder[] founders = [new(Anna.Address, ShareAmount.Whole(100)), new(Cleo.Address, ShareAmount.Whole(60)),
            new(Dora.Address, ShareAmount.Whole(40))];
        return (await Ledger.Datasets.CreateAsync(new DatasetCharter(
            description.Hash, founding.Schema.Hash, Digest.Of("held out"u8), name, symbol, policy, founders,
            new OfferedShard(founding.Root, founding.Count, cid))
        { Curators = curators }, Anna, CancellationToken.None)).Id;
    }

    private Signer Party(int account)
    {
        var key = DevelopmentAccounts.Key(account);
        _owned.Add(key);
        var signer = new Signer(Client, key, TimeProvider.System);
        _owned.Add(signer);
        return signer;
    }
}
