using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Market.Trust;
using DataBright.Storage;
using DataBright.Terminal.Home;
using DataBright.Terminal.Processes;
using ComputeJobs = DataBright.Compute.Jobs;

namespace DataBright.Demo;

/// <summary>
/// Everything the story plays on: an embedded chain with a market, the parties, and the processes of scheduler, referee and workers.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private static readonly Money WorkerStake = Money.Dollars(100);
    private static readonly Money UsageBond = Money.Dollars(10);
    private const string Trials = "500"; // of whoever watches; all of them come from this machine
    private static readonly TimeSpan UsageWindow = TimeSpan.FromSeconds(10); // days in a real market
    private static readonly Money WorkerFee = Money.Parse("0.01");
    private static readonly Uint256 GasFunds = Uint256.Parse("100000000000000000000"); // 100 ether of the development chain

    private readonly EmbeddedChain _chain;
    private readonly Signer _house;
    private readonly List<KeptChild> _children = [];

    private Stage(HomeFolder home, EmbeddedChain chain, Signer deployer, Ledger ledger, Troupe troupe)
    {
        (Home, _chain, _house, Ledger, Troupe) = (home, chain, deployer, ledger, troupe);
        Blobs = home.Storage.OpenBlobs();
    }

    public HomeFolder Home { get; }

    public Ledger Ledger { get; }

    public Troupe Troupe { get; }

    public IBlobStore Blobs { get; }

    /// <summary>The node with the web pages and the scheduler.</summary>
    public KeptChild Node { get; private set; } = null!;

    public KeptChild Referee { get; private set; } = null!;

    public IReadOnlyList<KeptChild> Children => _children;

    /// <summary>Buying jobs, and what becomes of them.</summary>
    public DemoOrders Orders { get; private set; } = null!;

    public JobHistory History => new(Ledger);

    public static async Task<Stage> SetAsync(HomeFolder home, Narrator narrator, CancellationToken stop)
    {
        var chain = await EmbeddedChain.StartAsync(new EmbeddedChainOptions(home.Chain), stop);
        Stage? stage = null;
        try
        {
            var client = new EthereumClient(chain.Rpc, Market.Generated.Errors.Table);
            var deployer = new Signer(client, DevelopmentAccounts.Key(0), TimeProvider.System);
            var addresses = await MarketDeployment.DeployAsync(client, new MarketTerms { UsageBond = UsageBond, UsageWindow = UsageWindow },
                deployer, stop);
            addresses.Save(home.Market);
            narrator.Detail($"A chain of its own at {chain.Url}, a market on it, {Troupe.Balances.Count} parties with a key each");
            stage = new Stage(home, chain, deployer, new Ledger(client, addresses), new Troupe(client, TimeProvider.System));
            await stage.FillAccountsAsync(stop);
            await stage.RegisterAsync(stop);
            await stage.StartChildrenAsync(stop);
            stage.Orders = new DemoOrders(stage);
            narrator.Detail(
                $"Scheduler, referee and {Troupe.Workers.Length} workers run as processes of their own (attestation: none, development)");
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
    public async Task StayAsync(Narrator narrator, CancellationToken stop)
    {
        narrator.Chapter("The node stays");
        if (await Ledger.Models.BestOfAsync(new DatasetId(1), stop) is { Model: var model })
            await StartAsync(Troupe.Server, ["model", "serve", model.ToString(), "--trial-per-day", Trials], stop);
        Troupe.OpenAccounts(Home);
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
        Troupe.Dispose();
        _house.Key.Dispose();
        _house.Dispose();
        await _chain.DisposeAsync();
    }

    private async Task FillAccountsAsync(CancellationToken stop)
    {
        foreach (var (name, dollars) in Troupe.Balances)
        {
            await _chain.FundAsync(Troupe[name].Address, GasFunds, stop);
            if (dollars > Money.Zero)
                await Ledger.Dollars.MintAsync(Troupe[name].Address, dollars, _house, stop);
        }
    }

    private async Task RegisterAsync(CancellationToken stop)
    {
        await Ledger.TrustedKeys.RegisterAsync(Troupe[Troupe.Scheduler].Address, TrustedRole.Scheduler, Attestation.None, null,
            _house, stop);
        await Ledger.TrustedKeys.RegisterAsync(Troupe[Troupe.Referee].Address, TrustedRole.Referee, Attestation.None, null, _house, stop);
        await Task.WhenAll(Troupe.Workers.Select(name => Ledger.Workers.RegisterAsync(
            WorkerStake, WorkerFee, Troupe[name].Key.PublicKey, default, Troupe[name], stop)));
    }

    private async Task StartChildrenAsync(CancellationToken stop)
    {
        Referee = await StartAsync(Troupe.Referee, ["up", "--roles", "referee"], stop);
        Node = await StartAsync(Troupe.Scheduler, ["up", "--roles", "web,scheduler", "--referee", Referee.Address, "--local-accounts",
            "--relayer-key-file", Troupe.WriteKey(Troupe.Relayer, Home)], stop);
        await Task.WhenAll(Troupe.Workers.Select(name => StartAsync(
            name, ["worker", "start", "--market", Node.Address, .. name == Troupe.Liar ? Lie : []], stop)));
    }

    private static readonly string[] Lie = ["--lie-at-step", "17", "--lie-in", "training"];

    /// <summary>A party's own process, for as long as it is needed; the story ends it.</summary>
    public Task<Child> LendAsync(string name, string[] role, CancellationToken stop) =>
        Child.StartAsync(Troupe.FileName(name), Home.Logs, Words(name, role), stop);

    private string[] Words(string name, string[] role) =>
        [.. role, "--rpc", _chain.Url.ToString(), "--home", Home.Root, "--key-file", Troupe.WriteKey(name, Home), "--end-with-parent"];

    private async Task<KeptChild> StartAsync(string name, string[] role, CancellationToken stop)
    {
        var child = await KeptChild.StartAsync(Troupe.FileName(name), Home.Logs, Words(name, role), serves: role[0] == "up", stop);
        lock (_children)
            _children.Add(child);
        return child;
    }
}
