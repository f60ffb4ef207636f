using System.Diagnostics.Metrics;
using DataBright.Node.Watching.Prometheus;

namespace DataBright.Node.Watching;

/// <summary>
/// Metrics, traces and log of one process. Every node of the process counts with the same <see cref="Meters"/>;
/// another process, or another test in this one, has its own, and they do not mix.
/// </summary>
public sealed class Watch : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ILoggerFactory _logs;
    private Collector? _collector;
    private MetricsServer? _server;
    private OtlpExport? _export;
    private SpanLog? _spans;

    private Watch(WatchOptions options)
    {
        (Options, Meters) = (options, _services.GetRequiredService<IMeterFactory>());
        _logs = LoggerFactory.Create(logging => logging.Apply(options.Log));
    }

    /// <summary>What makes the meters that are watched.</summary>
    public IMeterFactory Meters { get; }

    public WatchOptions Options { get; }

    /// <summary>Where metrics are served; null where they are not.</summary>
    public Uri? Metrics => _server?.Address;

    /// <summary>Begins to watch. Do so first: what was counted before is not known.</summary>
    /// <exception cref="IOException">The address for metrics is taken.</exception>
    public static async Task<Watch> StartAsync(WatchOptions options, CancellationToken stop)
    {
        var watch = new Watch(options);
        try
        {
            await watch.StartAsync(stop);
            return watch;
        }
        catch
        {
            await watch.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends watching; what is not exported yet is, if the collector answers soon.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _export?.Dispose();
        _spans?.Dispose();
        _collector?.Dispose();
        _logs.Dispose();
        await _services.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken stop)
    {
        _spans = SpanLog.StartIfWanted(_logs);
        if (Options.Otlp is { } collector) _export = OtlpExport.Start(collector, Options, _logs.CreateLogger<OtlpExport>());
        if (Options.Metrics is { } listen)
        {
            _collector = new Collector(Meters);
            _server = await MetricsServer.StartAsync(listen, _collector, Options.Log, stop);
        }

        var version = typeof(Watch).Assembly.GetName().Version!.ToString(3);
        Meters.Create(Ethereum.ChainMetrics.Name).CreateObservableGauge(
            "databright.build.info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", version)), "{build}",
            "The version of this program; always 1.");
    }
}
