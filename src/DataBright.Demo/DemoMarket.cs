using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Trust;
using DataBright.Storage;
using DataBright.Terminal.Home;
using DataBright.Terminal.Processes;
using ComputeJobs = DataBright.Compute.Jobs;

namespace DataBright.Demo;

/// <summary>
/// What the demo runs on: an embedded chain with a market, the parties, and the processes of scheduler, referee and workers.
/// </summary>
internal sealed class DemoMarket : IAsyncDisposable
{
    private static readonly Money WorkerStake = Money.Dollars(100);
    private static readonly Money UsageBond = Money.Dollars(10);
    private const string Trials = "500"; // of whoever watches; all of them come from this machine
    private static readonly TimeSpan UsageWindow = TimeSpan.FromSeconds(10); // days in a real market
    private static readonly Money WorkerFee = Money.Parse("0.01");
    private static readonly Uint256 GasFunds = Uint256.Parse("100000000000000000000"); // 100 ether of the development chain

    private readonly EmbeddedChain _chain;
    private readonly Signer _deployer;
    private readonly List<KeptChild> _children = [];

    private DemoMarket(HomeFolder home, EmbeddedChain chain, Signer deployer, Ledger ledger, Parties parties)
    {
        (Home, _chain, _deployer, Ledger, Parties) = (home, chain, deployer, ledger, parties);
        Blobs = home.Storage.OpenBlobs();
    }

    public HomeFolder Home { get; }

    public Ledger Ledger { get; }

    public Parties Parties { get; }

    public IBlobStore Blobs { get; }

    /// <summary>The node with the web pages and the scheduler.</summary>
    public KeptChild Node { get; private set; } = null!;

    public KeptChild Referee { get; private set; } = null!;

    public IReadOnlyList<KeptChild> Children => _children;

    /// <summary>Buying jobs, and what becomes of them.</summary>
    public DemoOrders Orders { get; private set; } = null!;

    public JobHistory History => new(Ledger);

    public static async Task<DemoMarket> SetAsync(HomeFolder home, DemoLog narrator, CancellationToken stop)
    {
        var chain = await EmbeddedChain.StartAsync(new EmbeddedChainOptions(home.Chain), stop);
        DemoMarket? stage = null;
        try
        {
            var client = new EthereumClient(chain.Rpc, Market.Generated.Errors.Table);
            var deployer = new Signer(client, DevelopmentAccounts.Key(0), TimeProvider.System);
            var addresses = await MarketDeployment.DeployAsync(client, new MarketTerms { UsageBond = UsageBond, UsageWindow = UsageWindow },
                deployer, stop);
            addresses.Save(home.Market);
            narrator.Detail($"A chain of its own at {chain.Url}, a market on it, {Parties.Balances.Count} parties with a key each");
            stage = new DemoMarket(home, chain, deployer, new Ledger(client, addresses), new Parties(client, TimeProvider.System));
            await stage.FillAccountsAsync(stop);
            await stage.RegisterAsync(stop);
            await stage.StartChildrenAsync(stop);
            stage.Orders = new DemoOrders(stage);
            narrator.Detail(
                $"Scheduler, referee and {Parties.Workers.Length} workers run as processes of their own (attestation: none, development)");
            return stage;
        }
        catch
        {
            await (stage?.DisposeAsync() ?? chain.DisposeAsync());
            throw;
        }
    }

    /// <summary>Stores a shard and tells how jobs refer to it.</summary>
    public async Task<ComputeJobs.ShardReference> KeepAsync(Shard shard, CancellationToken stop) =>
        new(shard.Root, shard.Count, await Blobs.PutAsync(ShardFile.ToBytes(shard), stop));

    /// <summary>Keeps the node and its pages until the person has seen enough.</summary>
    public async Task StayAsync(DemoLog narrator, CancellationToken stop)
    {
        narrator.Chapter("The node stays");
        if (await Ledger.Models.BestOfAsync(new DatasetId(1), stop) is { Model: var model })
            await StartAsync(Parties.Server, ["model", "serve", model.ToString(), "--trial-per-day", Trials], stop);
        Parties.OpenAccounts(Home);
        narrator.Line($"Its pages: {Node.Address}");
        narrator.Detail(
            "Act as anyone of the story from the page Account: vote, claim, comment, transfer; and try the model with a picture of your "
            + "own");
        narrator.Detail("Ctrl-C ends it");
        await Task.WhenAny(Node.Keeping, Task.Delay(Timeout.Infinite, stop));
    }

    public async ValueTask DisposeAsync()
    {
        Orders?.Dispose();
        await Task.WhenAll(_children.Select(child => child.DisposeAsync().AsTask()));
        Parties.Dispose();
        _deployer.Key.Dispose();
        _deployer.Dispose();
        await _chain.DisposeAsync();
    }

    private async Task FillAccountsAsync(CancellationToken stop)
    {
        foreach (var (name, dollars) in Parties.Balances)
        {
            await _chain.FundAsync(Parties[name].Address, GasFunds, stop);
            if (dollars > Money.Zero)
                await Ledger.Dollars.MintAsync(Parties[name].Address, dollars, _deployer, stop);
        }
    }

    private async Task RegisterAsync(CancellationToken stop)
    {
        await Ledger.TrustedKeys.RegisterAsync(Parties[Parties.Scheduler].Address, TrustedRole.Scheduler, Attestation.None, null,
            _deployer, stop);
        await Ledger.TrustedKeys.RegisterAsync(Parties[Parties.Referee].Address, TrustedRole.Referee, Attestation.None, null,
            _deployer, stop);
        await Task.WhenAll(Parties.Workers.Select(name => Ledger.Workers.RegisterAsync(
            WorkerStake, WorkerFee, Parties[name].Key.PublicKey, default, Parties[name], stop)));
    }

    private async Task StartChildrenAsync(CancellationToken stop)
    {
        Referee = await StartAsync(Parties.Referee, ["up", "--roles", "referee"], stop);
        Node = await StartAsync(Parties.Scheduler, ["up", "--roles", "web,scheduler", "--referee", Referee.Address, "--local-accounts",
            "--relayer-key-file", Parties.WriteKey(Parties.Relayer, Home)], stop);
        await Task.WhenAll(Parties.Workers.Select(name => StartAsync(
            name, ["worker", "start", "--market", Node.Address, .. name == Parties.Liar ? Lie : []], stop)));
    }

    private static readonly string[] Lie = ["--lie-at-step", "17", "--lie-in", "training"];

    /// <summary>A party's own process, for as long as it is needed; the story ends it.</summary>
    public Task<Child> LendAsync(string name, string[] role, CancellationToken stop) =>
        Child.StartAsync(Parties.FileName(name), Home.Logs, Words(name, role), stop);

    private string[] Words(string name, string[] role) =>
        [.. role, "--rpc", _chain.Url.ToString(), "--home", Home.Root, "--key-file", Parties.WriteKey(name, Home), "--end-with-parent"];

    private async Task<KeptChild> StartAsync(string name, string[] role, CancellationToken stop)
    {
        var child = await KeptChild.StartAsync(Parties.FileName(name), Home.Logs, Words(name, role), serves: role[0] == "up", stop);
        lock (_children)
            _children.Add(child);
        return child;
    }
}
