using DataBright.Market.Storage;
using DataBright.Node.Datasets;
using DataBright.Node.Jobs;
using DataBright.Node.Ledger;
using DataBright.Node.Models;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using DataBright.Node.Storage;
using DataBright.Node.Web;
using DataBright.Node.Workers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node;

/// <summary>A running node.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NodeHost(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Where the node really listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts a node and returns when it listens.</summary>
    public static Task<NodeHost> StartAsync(NodeOptions options, CancellationToken stop) => StartAsync(options, _ => { }, stop);

    /// <summary>Runs a node until it is told to stop.</summary>
    public static async Task RunAsync(NodeOptions options, CancellationToken stop)
    {
        await using var node = await StartAsync(options, stop);
        await node._app.WaitForShutdownAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal static async Task<NodeHost> StartAsync(NodeOptions options, Action<IServiceCollection> replace, CancellationToken stop)
    {
        var app = Build(options, replace);
        try
        {
            await app.StartAsync(stop);
            var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
            return new NodeHost(app, new Uri(address));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static WebApplication Build(NodeOptions options, Action<IServiceCollection> replace)
    {
        // Nothing comes in from the environment or a settings file unnoticed: the options are all there is.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(NodeHost).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(options.Listen.ToString());
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRouting();

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IBlobStore>(new FolderBlobStore(options.BlobFolder));
        builder.Services.AddSingleton<LedgerPulse>();
        builder.Services.AddSingleton<IJobWatch, NoJobWatch>();
        builder.Services.AddSingleton<SampleRoom>();
        builder.Services.AddSingleton<AssetShelf>();
        builder.Services.AddSingleton<LiveParts>();
        builder.Services.AddRazorComponents();
        builder.Services.AddProblemDetails();
        builder.Services.ConfigureHttpJsonOptions(json => JsonForms.Apply(json.SerializerOptions));
        builder.Services.AddOpenApi("v1", OpenApi.Apply);
        replace(builder.Services);

        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UseTrouble();
        app.MapHealth();
        app.MapOpenApi();
        app.MapAssets();
        app.MapBlobs();
        app.MapDatasets();
        app.MapProposals();
        app.MapModels();
        app.MapJobs();
        app.MapShares();
        app.MapWorkers();
        return app;
    }
}
