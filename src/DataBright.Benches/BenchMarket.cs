using System.Text;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Trust;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Benches;

/// <summary>A market on a chain of its own, with parties whose transactions' gas is written down.</summary>
internal sealed class BenchMarket : IAsyncDisposable
{
    private static readonly Uint256 GasFunds = Ether.Parse("100").Wei;

    private readonly EmbeddedChain _chain;
    private readonly List<IDisposable> _owned = [];
    private readonly Signer _house;

    private BenchMarket(EmbeddedChain chain)
    {
        _chain = chain;
        Client = new EthereumClient(chain.Rpc, Market.Generated.Errors.Table);
        _house = Own(new Signer(Client, Own(DevelopmentAccounts.Key(0)), TimeProvider.System));
    }

    public EthereumClient Client { get; }

    public Uri Url => _chain.Url;

    public Ledger Ledger { get; private set; } = null!;

    /// <summary>Gas of each transaction of the parties, in the order of their sending.</summary>
    public List<(string Function, ulong Gas)> Spent { get; } = [];

    public static async Task<BenchMarket> StartAsync(string folder, Action<string> report, CancellationToken stop)
    {
        report("a chain starts");
        var market =
            new BenchMarket(await EmbeddedChain.StartAsync(new EmbeddedChainOptions(folder) { SaveEvery = TimeSpan.FromHours(1) }, stop));
        try
        {
            report("the market is deployed");
            market.Ledger = new Ledger(market.Client,
                await MarketDeployment.DeployAsync(market.Client, new MarketTerms(), market._house, stop));
            return market;
        }
        catch
        {
            await market.DisposeAsync();
            throw;
        }
    }

    /// <summary>Somebody with ether and dollars.</summary>
    public async Task<Signer> PartyAsync(CancellationToken stop)
    {
        var party = Own(new Signer(Client, Own(EthereumKey.Generate()), TimeProvider.System,
            (call, receipt) => Spent.Add((call.Function ?? "", receipt.GasUsed))));
        await _chain.FundAsync(party.Address, GasFunds, stop);
        await Ledger.Dollars.MintAsync(party.Address, Money.Dollars(10_000), _house, stop);
        return party;
    }

    public async Task<(int Number, Signer Signer)> TrustedAsync(TrustedRole role, CancellationToken stop)
    {
        var party = await PartyAsync(stop);
        return (await Ledger.TrustedKeys.RegisterAsync(party.Address, role, Attestation.None, null, _house, stop), party);
    }

    public async Task<Signer> WorkerAsync(CancellationToken stop)
    {
        var worker = await PartyAsync(stop);
        await Ledger.Workers.RegisterAsync(Money.Dollars(100), Money.Dollars(1), worker.Key.PublicKey, Named("machine"), worker, stop);
        return worker;
    }

    public async Task<Dataset> DatasetAsync(IReadOnlyList<Signer> founders, CancellationToken stop) => await Ledger.Datasets.CreateAsync(
        new DatasetCharter(
            Named("description"), Named("schema"), Named("held out"), "Bench", "BENCH", new DatasetPolicy(),
            [.. founders.Select(founder => new Founder(founder.Address, ShareAmount.Whole(100)))], Offer("founding", 500)),
        founders[0], stop);

    /// <summary>Lets a contract take money of a party once and for all, as wallets do.</summary>
    public async Task<ulong> AllowAsync(Signer party, Address contract, CancellationToken stop) =>
        (await party.SendAsync(DollarActs.Approve(Ledger.Addresses.Money, contract, Uint256.MaxValue), stop)).GasUsed;

    /// <summary>The gas of everything the parties send meanwhile.</summary>
    public async Task<ulong> GasOfAsync(Func<Task> work)
    {
        var first = Spent.Count;
        await work();
        return Spent.Skip(first).Aggregate(0UL, (sum, sent) => sum + sent.Gas);
    }

    public async Task<DateTimeOffset> NowAsync(CancellationToken stop) => (await Client.BlockAsync(BlockTag.Latest, stop))!.Timestamp;

    public static OfferedShard Offer(string name, int points) => new(Named(name).ToHash32(), points, Cid.DagPb(Named(name)));

    public static Digest Named(string name) => Digest.Of(Encoding.UTF8.GetBytes(name));

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
            owned.Dispose();
        await _chain.DisposeAsync();
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
