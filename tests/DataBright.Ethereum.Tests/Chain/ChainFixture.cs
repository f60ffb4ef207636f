using DataBright.Ethereum.Generated;

namespace DataBright.Ethereum.Chain;

/// <summary>One embedded chain for the tests of a collection, and senders of fresh accounts on it.</summary>
public sealed class ChainFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler());

    /// <summary>Waits are short, so that what must be rescued is rescued at once.</summary>
    public static SendingOptions Hasty { get; } = new()
    {
        CheckAfter = TimeSpan.FromMilliseconds(20),
        BumpAfter = TimeSpan.FromMilliseconds(400),
        LongestPause = TimeSpan.FromMilliseconds(20),
        GiveUpAfter = TimeSpan.FromSeconds(30),
    };

    public EmbeddedChain Chain { get; private set; } = null!;

    public EthereumClient Client => ClientThrough(_http);

    public async ValueTask InitializeAsync() => Chain = await EmbeddedChain.StartAsync(new EmbeddedChainOptions(_folder.Path));

    public EthereumClient ClientThrough(HttpClient http) => new(new JsonRpcClient(http, Chain.Url), Errors.Table);

    /// <summary>A sender of a new account with ten ether.</summary>
    public async Task<TransactionSender> SenderAsync()
    {
        var key = EthereumKey.Generate();
        await Chain.FundAsync(key.Address, (Uint256)10_000_000_000_000_000_000UL);
        return SenderOf(key);
    }

    public TransactionSender SenderOf(EthereumKey key, HttpClient? http = null, ChainMetrics? metrics = null) =>
        new(new EthereumClient(new JsonRpcClient(http ?? _http, Chain.Url), Errors.Table, metrics), key, TimeProvider.System, Hasty);

    public static async Task<Address> DeployAsync(TransactionSender sender) =>
        (await sender.DeployAsync(Probe.Deploy(Uint256.Zero, "start"))).ContractAddress!.Value;

    public Task SetAutomineAsync(bool on) => Chain.Rpc.CallAsync("evm_setAutomine", on);

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }
}

[CollectionDefinition(nameof(ChainCollection))]
public sealed class ChainCollection : ICollectionFixture<ChainFixture>;
