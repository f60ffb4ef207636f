using System.Diagnostics;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Accounts;
using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Node.Roles;
using DataBright.Node.Uploads;
using DataBright.Node.Watching;
using DataBright.Node.Web;
using DataBright.Services.Discussion;
using DataBright.Services.Relays;
using DataBright.Storage;
using DataBright.Storage.Sql;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DataBright.Node;

/// <summary>A running node.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    /// <summary>Connections at a time, long polls and event streams among them; each has its memory and an open file.</summary>
    internal const int MaxConnections = 4_096;

    private readonly WebApplication _app;

    private NodeHost(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Where the node really listens.</summary>
    public Uri Address { get; }

    /// <summary>For tests that go through all that a node has.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>
    /// Completes when the node has stopped: because it was told to, or because one of its roles fell over, which its log then says.
    /// </summary>
    public Task Ended => _app.WaitForShutdownAsync();

    /// <summary>Starts a node and returns when it listens.</summary>
    /// <exception cref="NodeCannotStartException">Something the roles need is missing.</exception>
    /// <exception cref="IOException">The address is taken, or the data folder cannot be used.</exception>
    /// <exception cref="StorageOptionsException">The data folder does not say where its files are so that it can be understood.</exception>
    /// <exception cref="SqlFileException">A database of the data folder cannot be used, or a newer program wrote it.</exception>
    /// <exception cref="SchedulerStoreException">The same of the scheduler's.</exception>
    /// <exception cref="MarketMissingException">The chain answers, and has no such market: it was reset.</exception>
    /// <exception cref="ChainException">The chain is another one.</exception>
    public static Task<NodeHost> StartAsync(NodeOptions options, CancellationToken stop) =>
        StartAsync(options, services => AddRealServices(services, options), stop);

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
            OpenStores(app.Services);
            await app.StartAsync(stop);
            var address = app.Services.GetRequiredService<IServer>().Features
                .GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
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
        catch (ChainException away) when (away.IsTransient)
        {
        }
    }

    /// <summary>A store that cannot be opened stops the start, and not the first request that needs it.</summary>
    private static void OpenStores(IServiceProvider services)
    {
        _ = services.GetService<IBlobStore>();
        _ = services.GetService<LedgerIndex>();
        _ = services.GetService<ISchedulerStore>();
        _ = services.GetService<ProposalDiscussions>();
        _ = services.GetService<Relayer>();
    }

    private static WebApplication Build(NodeOptions options, Action<IServiceCollection> furnish)
    {
        // Nothing comes in from the environment or a settings file unnoticed: the options are all there is.
        var builder =
            WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(NodeHost).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Bound).UseUrls(options.Listen.ToString());
        builder.WebHost.UseCertificate(options);
        // A host that cannot start throws why; its log need not say it a second time, with a stack trace.
        IHostApplicationLifetime? life = null;
        builder.Logging.Apply(options.Watch?.Options.Log ?? new LogOptions())
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host",
                level => level >= LogLevel.Warning && life?.ApplicationStarted.IsCancellationRequested == true);
        // Open polls and event streams would hold a stop back for half a minute; whoever holds them asks again.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddRouting();

        if (options.Watch is { } watch) builder.Services.AddSingleton(watch.Meters);
        builder.Services.AddSingleton<DistributedContextPropagator, NoPropagation>();
        builder.Services.AddSingleton<RefusalMetrics>();
        builder.Services.AddSingleton<EventStreams>();
        builder.Services.AddWriteLimits();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IBlobStore>(_ => options.Storage.OpenBlobs());
        builder.Services.AddSingleton<LedgerPulse>();
        builder.Services.AddSingleton<NodeStorage>();
        builder.Services.AddProblemDetails();
        builder.Services.ConfigureHttpJsonOptions(json => JsonForms.Apply(json.SerializerOptions));
        var features = NodeFeatures.Of(options);
        if (options.Roles.HasFlag(NodeRoles.Web)) AddWeb(builder.Services, features);
        foreach (var feature in features) feature.AddServices(builder.Services, options);
        furnish(builder.Services);

        var app = builder.Build();
        life = app.Lifetime;
        app.UseUploads();
        app.UseRouting();
        app.UseRequestSpans();
        if (options.IsBehindProxy) app.UseProxy();
        app.UseSecurityHeaders();
        app.UseCrossOrigin();
        app.UseTrouble();
        app.UseOptions();
        app.UseSoundHosts();
        if (options.LocalAccounts) app.RequireOwnName();
        if (options.Roles.HasFlag(NodeRoles.Web)) app.UseVisitors();
        app.UseRateLimiter();
        app.UseKnownQueries();
        Map(app.MapWithHead(), features, options);
        return app;
    }

    private static void Bound(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
    }

    private static void Map(RouteGroupBuilder routes, IReadOnlyList<INodeFeature> features, NodeOptions options)
    {
        routes.MapHealth();
        if (options.Roles.HasFlag(NodeRoles.Web)) MapWeb(routes);
        foreach (var feature in features) feature.Map(routes, options);
    }

    /// <summary>What a node works with when its market is real; tests bring their own.</summary>
    internal static void AddRealServices(IServiceCollection services, NodeOptions options)
    {
        services.AddChain(options);
        if (options.Roles.HasFlag(NodeRoles.Web)) services.AddIndex(options);
        foreach (var feature in NodeFeatures.Of(options)) feature.AddChainServices(services, options);
    }

    private static void AddWeb(IServiceCollection services, IReadOnlyList<INodeFeature> features)
    {
        var numbers = new NumberForms(features.Select(feature => feature.Number).OfType<NumberForm>());
        services.AddSingleton(numbers);
        services.AddSingleton(new MainMenu(features.Select(feature => feature.MenuEntry).OfType<MenuEntry>()));
        services.AddSingleton(new MarketActions(features.SelectMany(feature => feature.Actions)));
        services.AddSingleton<IErrorPage, ErrorPage>();
        services.AddSingleton<PageAssets>();
        services.AddSingleton<LiveParts>();
        services.AddScoped<Visitor>();
        services.AddTransient<ActionContext>();
        services.AddRazorComponents();
        // Tokens in forms last as long as the process, as sessions do; nothing of theirs is written to a disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "databright-form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        // What is registered with data protection would make keys in the home folder at every first start all the same, and warn about
        // them.
        foreach (var maker in services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Assembly == typeof(IDataProtectionBuilder).Assembly).ToArray())
            services.Remove(maker);
        services.AddOpenApi("v1", options => OpenApi.Apply(options, numbers));
    }

    private static void MapWeb(RouteGroupBuilder app)
    {
        app.MapReadiness();
        app.MapOpenApi();
        app.MapApiPage();
        app.MapAssets();
    }
}
