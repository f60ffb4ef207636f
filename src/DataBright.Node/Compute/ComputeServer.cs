using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node.Compute;

/// <summary>A scheduler or a referee with a web server of its own, in a process of its own if one likes.</summary>
public sealed class ComputeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private readonly IDisposable? _owned;
    private Task _running = Task.CompletedTask;

    private ComputeServer(WebApplication app, Uri address, IDisposable? owned) => (_app, Address, _owned) = (app, address, owned);

    /// <summary>Where it really listens.</summary>
    public Uri Address { get; }

    /// <summary>Serves workers and moves jobs until it is disposed.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="listen">Where to listen; port 0 takes a free one.</param>
    /// <param name="report">Told in one sentence what failed and is tried again.</param>
    /// <param name="stop">Cancels the start.</param>
    /// <param name="owned">Disposed with the server.</param>
    public static async Task<ComputeServer> StartAsync(SchedulerHost scheduler, Uri listen, Action<string> report, CancellationToken stop, IDisposable? owned = null)
    {
        var server = await StartAsync(listen, app => app.MapScheduler(scheduler), owned, stop);
        server._running = scheduler.RunAsync(report, server._stop.Token);
        return server;
    }

    /// <summary>Serves schedulers until it is disposed.</summary>
    /// <inheritdoc cref="StartAsync(SchedulerHost, Uri, Action{string}, CancellationToken, IDisposable)"/>
    public static Task<ComputeServer> StartAsync(IReferee referee, Uri listen, CancellationToken stop, IDisposable? owned = null) =>
        StartAsync(listen, app => app.MapReferee(referee), owned, stop);

    /// <summary>Completes when the scheduler's loop has ended, which it does by itself only on a fault in the program.</summary>
    public Task Completion => _running;

    public async ValueTask DisposeAsync()
    {
        // Polls that are held back end with the loop, not with their patience.
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        _owned?.Dispose();
        _stop.Dispose();
    }

    private static async Task<ComputeServer> StartAsync(Uri listen, Action<WebApplication> map, IDisposable? owned, CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ComputeServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(listen.ToString());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRouting();
        var app = builder.Build();
        map(app);
        try
        {
            await app.StartAsync(stop);
            return new ComputeServer(app, new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()), owned);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }
}
