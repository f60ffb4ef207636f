using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Access;

/// <summary>The market that a command acts on: its ledger on a chain that was checked, and the files in the data folder.</summary>
internal sealed class MarketAccess : IDisposable
{
    private readonly HttpClient _http;

    private MarketAccess(HomeFolder home, Uri rpc, HttpClient http, MarketAddresses addresses)
    {
        (Home, Rpc, _http) = (home, rpc, http);
        Client = new EthereumClient(new JsonRpcClient(http, rpc), Market.Generated.Errors.Table);
        Ledger = new Ledger(Client, addresses);
        Blobs = home.Storage.OpenBlobs();
    }

    public HomeFolder Home { get; }

    public Uri Rpc { get; }

    public EthereumClient Client { get; }

    public Ledger Ledger { get; }

    public IBlobStore Blobs { get; private set; }

    /// <summary>From now on nothing is written into the data folder's files.</summary>
    public void Rehearse() => Blobs = new RehearsedBlobs(Blobs);

    public bool IsDevelopment => Ledger.Addresses.ChainId == EmbeddedChain.ChainId;

    /// <summary>What time it is on the chain, by which deadlines are.</summary>
    public Task<DateTimeOffset> NowAsync(CancellationToken stop) => ChainTime.NowAsync(Client, TimeProvider.System, stop);

    /// <param name="home">The data folder; its <c>market.json</c> names the market.</param>
    /// <param name="rpc">The chain; null looks in the environment, then for a node that runs on the folder.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="Failure">There is no market, or no chain.</exception>
    /// <exception cref="ChainException">The chain does not answer, or is another one.</exception>
    /// <exception cref="MarketMissingException">The market is not on it.</exception>
    public static async Task<MarketAccess> OpenAsync(HomeFolder home, Uri? rpc, CancellationToken stop)
    {
        var addresses = MarketFile.Load(home.Market) ?? throw new Failure(ExitCode.NotFound,
            $"There is no market in {home.Root}. Start one of your own with: databright up; or put the market.json of the one to join into "
            + "that folder.");
        var at = rpc ?? ChainOptions.FromEnvironment() ?? RunningNode.Find(home)?.Rpc ?? throw new Failure(ExitCode.Unreachable,
            $"No node runs on {home.Root}. Start it with: databright up; or name the market's chain with --rpc.");
        var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { Timeout = Timeout.InfiniteTimeSpan };
        var access = new MarketAccess(home, at, http, addresses);
        try
        {
            await MarketDeployment.RequireAsync(access.Client, addresses, stop);
            return access;
        }
        catch
        {
            access.Dispose();
            throw;
        }
    }

    public void Dispose() => _http.Dispose();
}
