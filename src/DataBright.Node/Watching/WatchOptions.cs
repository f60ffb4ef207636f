namespace DataBright.Node.Watching;

/// <summary>
/// How a process can be watched. As it is, nobody does: warnings on standard error are all there is, and nothing leaves the machine.
/// </summary>
public sealed record WatchOptions
{
    /// <summary>Where metrics are served when nothing else is said.</summary>
    public static readonly Uri DefaultMetrics = new("http://127.0.0.1:9464");

    /// <summary>Where to serve metrics in Prometheus' text format; null serves none.</summary>
    public Uri? Metrics { get; init; }

    /// <summary>Where to send metrics and traces by OTLP over HTTP; null sends none.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>
    /// Headers for the collector of metrics, as <c>OTEL_EXPORTER_OTLP_HEADERS</c> has them; null leaves that variable to speak.
    /// </summary>
    public string? OtlpMetricsHeaders { get; init; }

    /// <summary>The same for the collector of traces.</summary>
    public string? OtlpTracesHeaders { get; init; }

    /// <summary>What is written to the log, and in which form.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>Reads an address to serve metrics at.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Uri ReadMetrics(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http", PathAndQuery: "/", UserInfo: "", Fragment: "" }
            // A name is not looked up when a socket is opened: it would open every interface.
            && (url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || url.Host == "localhost")
            ? url
            : throw new FormatException(
                $"'{text}' is no address to serve metrics at: give scheme, an IP address or localhost, and port, such as "
                + $"{DefaultMetrics.GetLeftPart(UriPartial.Authority)}; the path is always /metrics");

    /// <summary>
    /// Reads a collector's address. What may be secret in it belongs into <c>OTEL_EXPORTER_OTLP_HEADERS</c>, which no list of processes
    /// shows.
    /// </summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Uri ReadOtlp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            ? url
            : throw new FormatException(
                $"'{Bare(text)}' is no address of a collector such as http://127.0.0.1:4318 (OTLP over HTTP); headers for it go into "
                + "OTEL_EXPORTER_OTLP_HEADERS");

    /// <summary>An address for a message: without what may be a password or a token in it.</summary>
    public static string Bare(string text)
    {
        var address = text.Split('?', '#')[0];
        if (address.LastIndexOf('@') is >= 0 and var at) address = "…" + address[at..];
        // Providers put keys into the path, which comes after the host.
        var host = address.Contains("://", StringComparison.Ordinal) ? 2 : 0;
        return string.Join('/', address.Split('/').Select((part, i) => i > host && part.Length > 20 ? "…" : part));
    }
}
