using System.Diagnostics.Metrics;
using DataBright.Ethereum;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DataBright.Node.Watching;

/// <summary>
/// Sends metrics and traces to a collector by OTLP over HTTP, in protobuf. A collector that is away costs what it misses, and nothing else.
/// </summary>
/// <remarks>Intervals, sampling, headers and the like come from OpenTelemetry's own environment variables, as everywhere; the address does
/// not.</remarks>
internal sealed class OtlpExport : IDisposable
{
    private const int TimeoutMilliseconds = 5_000;

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    private OtlpExport(MeterProvider metrics, TracerProvider traces) => (_metrics, _traces) = (metrics, traces);

    /// <param name="collector">Where to.</param>
    /// <param name="options">With which headers.</param>
    /// <param name="log">Hears that the collector is away.</param>
    public static OtlpExport Start(Uri collector, WatchOptions options, ILogger log)
    {
        var notice = new OtlpFailureLog(collector, log);
        var resource = ResourceBuilder.CreateDefault()
            .AddService("databright", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version!.ToString(3));
        var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(ChainMetrics.Name, InstrumentTable.Runtime, InstrumentTable.Hosting, InstrumentTable.Kestrel)
            .AddView(View)
            .AddOtlpExporter(exporter => Set(exporter, "v1/metrics", options.OtlpMetricsHeaders))
            .Build();
        var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource(ChainMetrics.Name, RequestSpans.Source)
            .AddProcessor(new SpanTags())
            .AddOtlpExporter(exporter => Set(exporter, "v1/traces", options.OtlpTracesHeaders))
            .Build();
        return new OtlpExport(metrics, traces);

        void Set(OtlpExporterOptions exporter, string path, string? headers)
        {
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = new Uri(collector.AbsoluteUri.TrimEnd('/') + "/" + path);
            exporter.TimeoutMilliseconds = TimeoutMilliseconds;
            exporter.HttpClientFactory = notice.Client;
            if (headers is not null) exporter.Headers = headers;
        }
    }

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static MetricStreamConfiguration View(Instrument instrument) =>
        InstrumentTable.Of(instrument) is { } tags ? new MetricStreamConfiguration { TagKeys = tags } : MetricStreamConfiguration.Drop;
}
