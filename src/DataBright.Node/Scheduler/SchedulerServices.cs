using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Http;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Node.Jobs;
using DataBright.Node.Ledger;
using DataBright.Storage;

namespace DataBright.Node.Scheduler;

/// <summary>The trusted roles of a node.</summary>
internal static class SchedulerServices
{
    /// <summary>Threads that train once more to value a job's points: the figures are the same for every number.</summary>
    private const int MaxValuationThreads = 4;

    public static void AddReferee(this IServiceCollection services, NodeOptions options)
    {
        var key = KeyOf(options, "referee");
        services.AddSingleton<IReferee>(provider => new Referee(
            key, new ChainJobLedger(provider.GetRequiredService<Market.Ledger>(), provider.GetRequiredService<IBlobStore>(), key.Address,
                signer: null), provider.GetRequiredService<IBlobStore>(), provider.GetRequiredService<IShardSource>()));
        services.AddSingleton(provider => new EvaluationAttestor(
            key, provider.GetRequiredService<Market.Ledger>(), provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<IShardSource>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BestAttestor(
            key, provider.GetRequiredService<Market.Ledger>(), provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<IShardSource>(), provider.GetRequiredService<TimeProvider>()));
        services.AddShards(options, key);
        services.AddSingleton(provider => new Signer(provider.GetRequiredService<EthereumClient>(), key,
            provider.GetRequiredService<TimeProvider>()));
        services.AddUsageOffice();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<UsageRulingRole>(provider,
            provider.GetRequiredService<MarketAddresses>().FirstBlock));
    }

    public static void AddScheduler(this IServiceCollection services, NodeOptions options)
    {
        var key = KeyOf(options, "scheduler");
        if (!options.Roles.HasFlag(NodeRoles.Referee))
        {
            var referee = options.Referee
                ?? throw new NodeCannotStartException("A scheduler needs a referee. Name its node with: --referee URL");
            var http =
                new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress =
                    new Uri(referee.AbsoluteUri.TrimEnd('/') + "/"), Timeout = TimeSpan.FromMinutes(5) };
            services.AddSingleton<IReferee>(new HttpReferee(http));
        }
        services.AddShards(options, key);
        services.AddSingleton<ISchedulerStore>(_ => SqliteSchedulerStore.Open(options.SchedulerFile));
        services.AddSingleton(provider => new Signer(provider.GetRequiredService<EthereumClient>(), key,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SchedulerHost(
            key,
            new ChainJobLedger(provider.GetRequiredService<Market.Ledger>(), provider.GetRequiredService<IBlobStore>(), key.Address,
                provider.GetRequiredService<Signer>(), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<ISchedulerStore>(),
            provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<IShardSource>(),
            provider.GetRequiredService<IReferee>(),
            () => new Hash32(RandomNumberGenerator.GetBytes(32)),
            provider.GetRequiredService<TimeProvider>(),
            options.SchedulerTerms,
            new SchedulerMetrics(provider.GetRequiredService<IMeterFactory>())));
        services.AddSingleton<IJobWatch, SchedulerWatch>();
        services.AddHostedService<SchedulerRole>();
        services.AddUsageOffice();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<UsagePostingRole>(
            provider, () => UsagePostingRole.SettledBy(provider.GetRequiredService<SchedulerHost>())));
    }

    private static void AddUsageOffice(this IServiceCollection services)
    {
        services.AddSingleton(provider => new UsageDividendService(
            provider.GetRequiredService<Market.Ledger>(), provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<IShardSource>(), provider.GetRequiredService<Signer>(),
            Math.Min(Environment.ProcessorCount, MaxValuationThreads)));
        services.AddSingleton<IUsageActs, LedgerUsageActs>();
    }

    private static void AddShards(this IServiceCollection services, NodeOptions options, EthereumKey key)
    {
        services.AddSingleton(new ContentKeyFolder(options.ContentKeyFolder, key));
        services.AddSingleton<IShardSource>(
            provider => new BlobShardSource(provider.GetRequiredService<IBlobStore>(), key, provider.GetRequiredService<ContentKeyFolder>(),
            async (dataset, stop) => (await provider.GetRequiredService<Market.Ledger>().Datasets.FindAsync(dataset, stop))?.Initiator));
        services.AddSingleton(provider => new SealedKeys(
            key, provider.GetRequiredService<Market.Ledger>(), provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<IShardSource>(), provider.GetRequiredService<ContentKeyFolder>()));
    }

    private static EthereumKey KeyOf(NodeOptions options, string role) =>
        options.Key ?? throw new NodeCannotStartException($"A {role} needs its trusted key. Name it with: --key-file FILE");
}

/// <summary>Moves the scheduler's jobs for as long as the node runs, and lets open pages know.</summary>
internal sealed class SchedulerRole(SchedulerHost scheduler, LedgerPulse pulse, ILogger<SchedulerRole> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(scheduler.RunAsync(Report, stoppingToken), BeatAsync(stoppingToken));

    private async Task BeatAsync(CancellationToken stop)
    {
        while (true)
        {
            var change = scheduler.Book.Change;
            pulse.Beat();
            await change.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
        }
    }

    private void Report(string message) => log.LogWarning("{Message}", message);
}
