using DataBright.Compute.Scheduler;
using DataBright.Node.Scheduler;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataBright.Compute.Http;

/// <summary>The routes of a scheduler or a referee on a web server of their own.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private WebServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    /// <summary>Serves workers and moves jobs until it is disposed.</summary>
    public static async Task<WebServer> StartAsync(SchedulerHost scheduler, Uri listen)
    {
        var server = await StartAsync(listen, app => app.MapScheduler(scheduler));
        server._running = scheduler.RunAsync(_ => { }, server._stop.Token);
        return server;
    }

    public static async Task<WebServer> StartAsync(Uri listen, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(listen.ToString());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRouting();
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new WebServer(app,
            new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()));
    }

    public async ValueTask DisposeAsync()
    {
        // Polls that are held back end with the loop, not with their patience.
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        _stop.Dispose();
    }
}
