using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;

namespace DataBright.Testing;

/// <summary>A chain of a test's own with a market on it. Every test that deploys one does it here.</summary>
public sealed class MarketChain : IAsyncDisposable
{
    private readonly EthereumKey _key = DevelopmentAccounts.Key(0);

    private MarketChain(EmbeddedChain chain)
    {
        Chain = chain;
        Client = new EthereumClient(chain.Rpc, Errors.Table);
        Deployer = new Signer(Client, _key, TimeProvider.System);
    }

    public EmbeddedChain Chain { get; }

    public EthereumClient Client { get; }

    /// <summary>Owns the test dollar and administers trusted keys.</summary>
    public Signer Deployer { get; }

    public Ledger Ledger { get; private set; } = null!;

    /// <param name="folder">Where the chain keeps its state, in a folder of its own.</param>
    /// <param name="terms">The market's; null for the usual ones.</param>
    public static async Task<MarketChain> StartAsync(string folder, MarketTerms? terms = null)
    {
        var started = new MarketChain(await EmbeddedChain.StartAsync(
            new EmbeddedChainOptions(Path.Combine(folder, "chain")) { SaveEvery = TimeSpan.FromHours(1) }));
        try
        {
            var market = await MarketDeployment.DeployAsync(
                started.Client, terms ?? new MarketTerms(), started.Deployer, CancellationToken.None);
            started.Ledger = new Ledger(started.Client, market);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the market's addresses where a node in that data folder finds them.</summary>
    public void SaveTo(string home) => Ledger.Addresses.Save(Path.Combine(home, "market.json"));

    public async ValueTask DisposeAsync()
    {
        Deployer.Dispose();
        _key.Dispose();
        await Chain.DisposeAsync();
    }
}
