using System.Diagnostics;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Discussion;
using DataBright.Market.Index;
using DataBright.Market.Relays;
using DataBright.Market.Sql;
using DataBright.Market.Storage;
using DataBright.Node.Accounts;
using DataBright.Node.Actions;
using DataBright.Node.Compute;
using DataBright.Node.Datasets;
using DataBright.Node.Discussion;
using DataBright.Node.Jobs;
using DataBright.Node.Ledger;
using DataBright.Node.Models;
using DataBright.Node.Predictions;
using DataBright.Node.Proposals;
using DataBright.Node.Relays;
using DataBright.Node.Requests;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using DataBright.Node.Storage;
using DataBright.Node.Uploads;
using DataBright.Node.Watching;
using DataBright.Node.Web;
using DataBright.Node.Workers;
using Microsoft.AspNetCore.DataProtection;
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

    /// <summary>Completes when the node has stopped: because it was told to, or because one of its roles fell over, which its log then says.</summary>
    public Task Ended => _app.WaitForShutdownAsync();

    /// <summary>Starts a node and returns when it listens.</summary>
    /// <exception cref="NodeCannotStartException">Something the roles need is missing.</exception>
    /// <exception cref="IOException">The address is taken, or the data folder cannot be used.</exception>
    /// <exception cref="SqlFileException">A database of the data folder cannot be used, or a newer program wrote it.</exception>
    /// <exception cref="SchedulerStoreException">The same of the scheduler's.</exception>
    /// <exception cref="MarketMissingException">The chain answers, and has no such market: it was reset.</exception>
    /// <exception cref="ChainException">The chain is another one.</exception>
    public static Task<NodeHost> StartAsync(NodeOptions options, CancellationToken stop) => StartAsync(options, services => Furnish(services, options), stop);

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

    internal static async Task<NodeHost> StartAsync(NodeOptions options, Action<IServiceCollection> furnish, CancellationToken stop)
    {
        var app = Build(options, furnish);
        try
        {
            await RequireMarketAsync(app.Services, stop);
            OpenDatabases(app.Services);
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

    /// <summary>A chain that is away now may come back, and the node waits for it. A wrong one would never become right.</summary>
    private static async Task RequireMarketAsync(IServiceProvider services, CancellationToken stop)
    {
        if (services.GetService<MarketAddresses>() is not { } market) return;
        try
        {
            await MarketDeployment.RequireAsync(services.GetRequiredService<EthereumClient>(), market, stop);
        }
        catch (ChainException away) when (away.IsPassing)
        {
        }
    }

    /// <summary>A database that cannot be opened stops the start, and not the first request that needs it.</summary>
    private static void OpenDatabases(IServiceProvider services)
    {
        _ = services.GetService<LedgerIndex>();
        _ = services.GetService<ISchedulerStore>();
        _ = services.GetService<ProposalDiscussions>();
        _ = services.GetService<Relayer>();
    }

    private static WebApplication Build(NodeOptions options, Action<IServiceCollection> furnish)
    {
        // Nothing comes in from the environment or a settings file unnoticed: the options are all there is.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(NodeHost).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(options.Listen.ToString());
        // A host that cannot start throws why; its log need not say it a second time, with a stack trace.
        IHostApplicationLifetime? life = null;
        builder.Logging.Apply(options.Watch?.Options.Log ?? new LogOptions())
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && life?.ApplicationStarted.IsCancellationRequested == true);
        // Open polls and event streams would hold a stop back for half a minute; whoever holds them asks again.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddRouting();

        if (options.Watch is { } watch) builder.Services.AddSingleton(watch.Meters);
        builder.Services.AddSingleton<DistributedContextPropagator, NoPropagation>();
        builder.Services.AddSingleton<RefusalMetrics>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IBlobStore>(_ => new FolderBlobStore(options.BlobFolder));
        builder.Services.AddSingleton<LedgerPulse>();
        builder.Services.AddProblemDetails();
        builder.Services.ConfigureHttpJsonOptions(json => JsonForms.Apply(json.SerializerOptions));
        if (options.Roles.HasFlag(NodeRoles.Web)) AddWeb(builder.Services, options);
        furnish(builder.Services);

        var app = builder.Build();
        life = app.Lifetime;
        app.UseRequestSpans();
        if (options.IsBehindProxy) app.UseProxy();
        app.UseSecurityHeaders();
        app.UseTrouble();
        if (options.LocalAccounts) app.RequireOwnName();
        if (options.Roles.HasFlag(NodeRoles.Web)) app.UseVisitors();
        if (options.Roles.HasFlag(NodeRoles.Web)) app.UseRateLimiter();
        app.MapHealth();
        if (options.Roles.HasFlag(NodeRoles.Web)) MapWeb(app);
        if (options.LocalAccounts) app.MapLocalAccounts();
        if (options.Roles.HasFlag(NodeRoles.Scheduler)) app.MapScheduler(app.Services.GetRequiredService<SchedulerHost>());
        if (options.Roles.HasFlag(NodeRoles.Referee)) MapReferee(app);
        if (options.Predictions is { } predictions) app.MapPredictions(predictions);
        return app;
    }

    private static void MapReferee(WebApplication app)
    {
        app.MapReferee(app.Services.GetRequiredService<IReferee>());
        if (app.Services.GetService<EvaluationAttestor>() is { } attestor) app.MapEvaluations(attestor);
    }

    /// <summary>What the roles work with when they are real; tests bring their own.</summary>
    private static void Furnish(IServiceCollection services, NodeOptions options)
    {
        services.AddChain(options);
        if (options.Roles.HasFlag(NodeRoles.Web))
        {
            services.AddIndexedMarket(options);
            services.AddDiscussion(options);
            services.AddRelayer(options);
            services.AddHostedService<BlobStoreSize>();
        }
        if (options.Roles.HasFlag(NodeRoles.Web)) services.AddTryOut(options);
        if (options.LocalAccounts) services.AddLocalAccounts(options);
        if (options.Roles.HasFlag(NodeRoles.Referee)) services.AddReferee(options);
        if (options.Roles.HasFlag(NodeRoles.Scheduler)) services.AddScheduler(options);
    }

    private static void AddWeb(IServiceCollection services, NodeOptions options)
    {
        services.AddUploads(options);
        services.AddSingleton<IJobWatch, NoJobWatch>();
        services.AddSingleton<SampleRoom>();
        services.AddSingleton<AssetShelf>();
        services.AddSingleton<LiveParts>();
        services.AddWriteLimits();
        services.AddScoped<Visitor>();
        services.AddTransient<ActionDesk>();
        services.AddRazorComponents();
        // Tokens in forms last as long as the process, as sessions do; nothing of theirs is written to a disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "databright-form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        // What is registered with data protection would make keys in the home folder at every first start all the same, and warn about them.
        foreach (var maker in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(IDataProtectionBuilder).Assembly).ToArray())
            services.Remove(maker);
        services.AddOpenApi("v1", OpenApi.Apply);
    }

    private static void MapWeb(WebApplication app)
    {
        app.MapReadiness();
        app.MapOpenApi();
        app.MapApiPage();
        app.MapAssets();
        app.MapBlobs();
        app.MapUploads();
        app.MapChecks();
        app.MapDatasets();
        app.MapProposals();
        app.MapDiscussion();
        app.MapRelays();
        app.MapModels();
        app.MapRequests();
        app.MapJobs();
        app.MapShares();
        app.MapWorkers();
        app.MapAccount();
        app.MapActions();
        app.MapTryOut();
    }
}
