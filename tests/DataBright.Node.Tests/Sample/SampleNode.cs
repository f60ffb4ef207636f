using DataBright.Market.Datasets;
using DataBright.Node.Configuration;
using DataBright.Node.Ledger;
using DataBright.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests;

/// <summary>A node on a real port over the sample market, with one open shard in its blob store.</summary>
public sealed class SampleNode : IAsyncLifetime
{
    internal MemoryBlobStore Blobs { get; } = new();
    private NodeHost? _host;

    public HttpClient Http { get; private set; } = null!;

    public Uri Address => _host!.Address;

    internal IServiceProvider Services => _host!.Services;

    public Cid OpenShard { get; private set; }

    internal SampleMarket Market { get; private set; } = null!;

    internal SampleDiscussion Discussion { get; private set; } = null!;

    internal LedgerPulse Pulse { get; } = new();

    public async ValueTask InitializeAsync()
    {
        OpenShard = await Blobs.PutAsync(ShardFile.ToBytes(Pictures()), CancellationToken.None);
        Discussion = await SampleDiscussion.BeginAsync(Blobs);
        Market = new SampleMarket(OpenShard);
        var options = new NodeOptions { Home = Path.Combine(Path.GetTempPath(), "databright-sample-node"),
            Chain = new Uri("http://127.0.0.1:1") };
        _host = await NodeHost.StartAsync(options, services => AddRealServices(services, Market, Discussion)
            .AddSingleton<IBlobStore>(Blobs)
            .AddSingleton(Pulse)
            .AddSingleton<TimeProvider>(new FixedClock(SampleMarket.Now)), CancellationToken.None);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _host.Address };
    }

    /// <summary>What a node without a chain needs in order to answer anything.</summary>
    internal static IServiceCollection AddRealServices(IServiceCollection services, SampleMarket market, SampleDiscussion discussion) =>
        market.AddTo(services).AddSingleton(discussion.Now);

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        Discussion?.Dispose();
    }

    /// <summary>Drawn figures, a different one for each label, a few under the wrong one.</summary>
    private static Shard Pictures()
    {
        const int Side = 28, Points = 300;
        var schema = new DataSchema(ElementType.UInt8, [1, Side, Side], 10);
        var features = new byte[Points * Side * Side];
        var labels = new int[Points];
        for (int point = 0; point < Points; point++)
        {
            int figure = point % 10;
            labels[point] = point % 23 == 0 ? (figure + 3) % 10 : figure;
            for (int y = 0; y < Side; y++)
                for (int x = 0; x < Side; x++)
                {
                    double dx = x - 13.5 - point % 3, dy = y - 13.5, angle = Math.Atan2(dy, dx), radius = Math.Sqrt(dx * dx + dy * dy);
                    double edge = 8 + 2.5 * Math.Cos(angle * (figure + 1)) - radius;
                    features[(point * Side + y) * Side + x] = (byte)Math.Clamp(255 * (1.6 - Math.Abs(edge)), 0, 255);
                }
        }
        return new Shard(schema, features, labels);
    }
}
