using DataBright.Ethereum;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Node.Predictions;

namespace DataBright.Serving.Tests;

/// <summary>
/// A worker that serves a small model over HTTP, a buyer, and channels on a ledger in memory that obeys the contract's rules.
/// </summary>
internal sealed class PredictionWorld : IAsyncDisposable
{
    public static readonly ModelId Model = new(7);
    public static readonly Money Price = new(1_000);
    public static readonly MarketAddresses Market = MarketWords.AddressesAt(
        31337, 1, (_, contract) => contract == "Predictions" ? Address.Parse("0x00000000000000000000000000000000000000aa") : default);

    private readonly string _folder = Directory.CreateTempSubdirectory("databright-predictions-").FullName;
    private readonly SocketsHttpHandler _handler = new();
    private readonly ServingTerms _terms;
    private WebServer? _server;
    private int _books;

    private PredictionWorld(ServingTerms terms, byte worker) => (_terms, WorkerKey) = (terms, TestKeys.Of(worker));

    public EthereumKey WorkerKey { get; }

    public EthereumKey BuyerKey { get; } = TestKeys.Of(12);

    public MemoryChannelLedger Ledger { get; } = new();

    public ManualClock Clock { get; } = new();

    public MeterTally Tally { get; } = new();

    public VoucherStatements Vouchers { get; } = new(Market);

    public AnswerStatements Answers { get; } = new(Market);

    public PredictionServer Server { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Where a buyer's programs keep their channels; it goes with the world.</summary>
    public string Channels => Path.Combine(_folder, "channels.json");

    /// <summary>A book of channels that nobody else writes into.</summary>
    public ChannelBook Book() => new(Path.Combine(_folder, $"channels-{Interlocked.Increment(ref _books)}.json"));

    public string Journal => Path.Combine(_folder, "vouchers.log");

    public static Architecture Small { get; } = new("small", new ExampleShape(1, 2, 3),
        [new Flatten("flatten"), new Dense("fc1", 5), new Relu("relu"), new Dense("fc2", 4)]);

    public static Checkpoint Parameters { get; } = new(
        [.. Small.Parameters.Select((parameter, p) => new Tensor(parameter.Name, parameter.Dimensions,
            Enumerable.Range(0, parameter.Count).Select(i => MathF.Sin(1 + i + 31 * p)).ToArray()))]);

    /// <summary>What the ledger says of the model.</summary>
    public static Model Registered => new(Model, default, Parameters.Hash, new DatasetId(1), Price);

    public static async Task<PredictionWorld> OpenAsync(ServingTerms? terms = null, byte worker = 11)
    {
        var world = new PredictionWorld(terms ?? new ServingTerms(), worker);
        world.Ledger.Add(world.Channel(1, Money.Dollars(1)));
        await world.StartAsync();
        return world;
    }

    public Channel Channel(ulong id, Money deposit) =>
        new(new ChannelId(id), ChannelState.Open, BuyerKey.Address, BuyerKey.Address, WorkerKey.Address, Model, 2_000, deposit,
            Money.Zero, null);

    /// <summary>Ends the worker as a kill would, and starts it again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public Signed<Voucher> Voucher(ulong units, ulong channel = 1, EthereumKey? key = null) =>
        Vouchers.Sign(new Voucher(new ChannelId(channel), new Money(units)), key ?? BuyerKey);

    public static float[] Inputs(int seed, int examples = 1) =>
        [.. Enumerable.Range(0, 6 * examples).Select(i => MathF.Cos(i * 0.7f + seed))];

    public Task<PredictionAnswer> AskAsync(Signed<Voucher>? voucher, float[] inputs, string visitor = "somebody") =>
        Server.AnswerAsync(Model, new PredictionRequest(voucher, inputs), visitor, CancellationToken.None);

    public async Task<PredictionRefusal> RefusedAsync(Signed<Voucher>? voucher, float[] inputs) =>
        (await Should.ThrowAsync<PredictionRefusedException>(() => AskAsync(voucher, inputs))).Refusal;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Tally.Dispose();
        _handler.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        var served = new ServedModel(Model, Price, new Predictor(Small, Parameters));
        Server = PredictionServer.Open(WorkerKey, Market, [served], Ledger, Journal, _terms, Clock, new PredictionMetrics(Tally));
        _server = await WebServer.StartAsync(new Uri("http://127.0.0.1:0"), app => app.MapPredictions(Server));
        Http = new HttpClient(_handler, disposeHandler: false) { BaseAddress = _server.Address };
    }

    private async Task StopAsync()
    {
        Http.Dispose();
        await _server!.DisposeAsync();
        await Server.DisposeAsync();
    }
}

internal sealed class MemoryChannelLedger : IChannelLedger
{
    private readonly Dictionary<ChannelId, Channel> _channels = [];
    private readonly VoucherStatements _statements = new(PredictionWorld.Market);

    public int Asked { get; private set; }

    public List<ChannelSettlement> Settlements { get; } = [];

    public void Add(Channel channel) => _channels[channel.Id] = channel;

    public void Change(ulong id, Func<Channel, Channel> change) => _channels[new ChannelId(id)] = change(_channels[new ChannelId(id)]);

    public Task<Channel?> FindAsync(ChannelId channel, CancellationToken stop)
    {
        Asked++;
        return Task.FromResult(_channels.GetValueOrDefault(channel));
    }

    public Task<ChannelSettlement> SettleAsync(Signed<Voucher> voucher, CancellationToken stop)
    {
        var channel = _channels[voucher.Statement.Channel];
        _statements.Require(voucher, channel);
        var part = voucher.Statement.Cumulative - channel.Settled;
        _channels[channel.Id] = channel with { Settled = voucher.Statement.Cumulative };
        var settlement = new ChannelSettlement(channel.Id, voucher.Statement.Cumulative, part, Money.Zero);
        Settlements.Add(settlement);
        return Task.FromResult(settlement);
    }
}
