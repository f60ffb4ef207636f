using System.Net;
using DataBright.Node.Watching.Prometheus;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node.Watching;

/// <summary>
/// Serves metrics at an address of their own: whatever name or proxy makes the node public, they are not behind it. On loopback it answers
/// to names of this machine only, so that no page of another site can read it by giving its own name this address.
/// </summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private const int MaxConnections = 16;
    private const string Path = "/metrics";

    private readonly WebApplication _app;

    private MetricsServer(WebApplication app, Uri address) => (_app, Address) = (app, new Uri(address, Path));

    /// <summary>Where the metrics are.</summary>
    public Uri Address { get; }

    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<MetricsServer> StartAsync(Uri listen, Collector collector, LogOptions log, CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = typeof(MetricsServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().UseUrls(listen.GetLeftPart(UriPartial.Authority)).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
        });
        // A host that cannot start throws why; its log need not say it a second time.
        builder.Logging.Apply(log).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, collector, listen.IsLoopback));
        try
        {
            await app.StartAsync(stop);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new MetricsServer(app,
            new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, Collector collector, bool isLoopback)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        response.StatusCode = isLoopback && !IsOwnName(request.Host.Host) ? StatusCodes.Status421MisdirectedRequest
            : request.Path != Path ? StatusCodes.Status404NotFound
            : !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) ? StatusCodes.Status405MethodNotAllowed
            : StatusCodes.Status200OK;
        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed) response.Headers.Allow = "GET, HEAD";
        if (response.StatusCode != StatusCodes.Status200OK) return;
        response.ContentType = Collector.ContentType;
        if (HttpMethods.IsGet(request.Method)) await response.WriteAsync(collector.Scrape(), context.RequestAborted);
    }

    private static bool IsOwnName(string host) =>
        host == "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
