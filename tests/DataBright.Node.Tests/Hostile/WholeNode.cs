using System.Globalization;
using DataBright.Ethereum;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Node.Configuration;
using DataBright.Serving;
using DataBright.Storage;

namespace DataBright.Node.Tests.Hostile;

/// <summary>A node in every role over a real chain, with accounts of this machine, a relayer, and a model that it serves.</summary>
public sealed class WholeNode : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("databright-whole");
    private readonly EthereumKey _key = EthereumKey.Generate(), _relayer = EthereumKey.Generate();
    private MarketChain? _market;
    private PredictionServer? _house;
    private ServedModel? _model;
    private NodeHost? _host;

    public Uri Address => _host!.Address;

    internal IServiceProvider Services => _host!.Services;

    internal Cid File { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _market = await MarketChain.StartAsync(_home.FullName);
        _market.SaveTo(_home.FullName);
        await _market.Chain.FundAsync(_relayer.Address, Uint256.Parse("1000000000000000000"));
        File = await new FolderBlobStore(Path.Combine(_home.FullName, "blobs")).PutAsync(new byte[600_000], CancellationToken.None);
        Keystore.Save(Path.Combine(Directory.CreateDirectory(Path.Combine(_home.FullName, "keys")).FullName, "ada.json"), _key, "secret",
            KeystoreCost.Light);
        _model = Served();
        _house = PredictionServer.Open(_key, _market.Ledger.Addresses, [_model], new NoChannels(),
            Path.Combine(_home.FullName, "vouchers.log"),
            new ServingTerms { TrialEachPerDay = 1_000 }, TimeProvider.System);
        _host = await NodeHost.StartAsync(
            new NodeOptions
            {
                Roles = NodeRoles.Web | NodeRoles.Scheduler | NodeRoles.Referee, Home = _home.FullName,
                Chain = _market.Chain.Url, Key = _key,
                Relayer = _relayer, Predictions = _house, LocalAccounts = true,
                Uploads = new() { OpenOnThisMachine = true, DiskFloor = 0 },
            },
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        if (_house is not null) await _house.DisposeAsync();
        if (_market is not null) await _market.DisposeAsync();
        _model?.Dispose();
        _key.Dispose();
        _relayer.Dispose();
        _home.Delete(recursive: true);
    }

    /// <summary>One that takes pictures of six pixels.</summary>
    private static ServedModel Served()
    {
        var small = new Architecture("small", new ExampleShape(1, 2, 3), [new Flatten("flatten"), new Dense("fc1", 4)]);
        var parameters =
            new Checkpoint(
                [.. small.Parameters.Select((parameter, p) => new Tensor(parameter.Name, parameter.Dimensions,
                    [.. Enumerable.Range(0, parameter.Count).Select(i => MathF.Sin(1 + i + 31 * p))]))]);
        return new ServedModel(new ModelId(1), new Money(1_000), new Predictor(small, parameters));
    }

    private sealed class NoChannels : IChannelLedger
    {
        public Task<Channel?> FindAsync(ChannelId channel, CancellationToken stop) => Task.FromResult<Channel?>(null);

        public Task<DataBright.Market.Predictions.ChannelSettlement> SettleAsync(Signed<Voucher> voucher, CancellationToken stop) =>
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Nothing is settled here, {voucher}."));
    }
}
