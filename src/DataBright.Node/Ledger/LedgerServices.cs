using System.Diagnostics.Metrics;
using DataBright.Compute.Scheduler;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Generated;
using DataBright.Market.Index;
using DataBright.Market.Owed;
using DataBright.Node.Datasets;
using DataBright.Node.Jobs;
using DataBright.Node.Models;
using DataBright.Node.Owed;
using DataBright.Node.Proposals;
using DataBright.Node.Requests;
using DataBright.Node.Shares;
using DataBright.Node.Uploads;
using DataBright.Node.Usage;
using DataBright.Node.Workers;

namespace DataBright.Node.Ledger;

internal static class LedgerServices
{
    /// <summary>The chain, and the market's contracts on it.</summary>
    /// <exception cref="NodeCannotStartException">The data folder knows no market.</exception>
    public static void AddChain(this IServiceCollection services, NodeOptions options)
    {
        var market = MarketFile.Load(options.MarketFile)
            ?? throw new NodeCannotStartException($"There is no market in {options.Home}: {options.MarketFile} is missing. Start one with: databright up");
        services.AddSingleton(market);
        services.AddSingleton(provider => new EthereumClient(
            new JsonRpcClient(
                new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ActivityHeadersPropagator = null }), options.Chain,
                clock: provider.GetRequiredService<TimeProvider>()),
            Errors.Table, new ChainMetrics(provider.GetRequiredService<IMeterFactory>())));
        services.AddSingleton<Market.Ledger>();
    }

    /// <summary>The index, kept up with the chain, and the market as pages and programs read it.</summary>
    public static void AddIndexedMarket(this IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton(provider => LedgerIndex.Open(
            options.IndexFile, provider.GetRequiredService<MarketAddresses>(), metrics: new IndexMetrics(provider.GetRequiredService<IMeterFactory>())));
        services.AddSingleton<ChainHead>();
        services.AddSingleton<DescriptionCache>();
        services.AddSingleton<SealedSamples>();
        services.AddSingleton<DuplicateCounts>();
        services.AddSingleton<OfferedFiles>();
        services.AddSingleton<JobPlans>();
        services.AddSingleton<Measurements>();
        services.AddSingleton<PlannedShards>();
        services.AddSingleton<UsageSheets>();
        services.AddSingleton<ISheets>(provider => new NodeSheets(
            provider.GetRequiredService<LedgerIndex>(), provider.GetRequiredService<Market.Ledger>(), provider.GetRequiredService<UsageSheets>(), provider.GetService<SchedulerHost>()));
        services.AddReaders();
        services.AddSingleton<INamedFiles, NamedFiles>();
        services.AddHostedService<LedgerFollower>();
    }

    private static void AddReaders(this IServiceCollection services)
    {
        services.AddSingleton<ChainQueries>();
        services.AddSingleton<MarketClock>();
        services.AddSingleton<DatasetNames>();
        services.AddSingleton<ListedShards>();
        services.AddSingleton<ILedgerStateReader, LedgerStateReader>();
        services.AddSingleton<ImpactReader>();
        services.AddSingleton<IDatasetReader, DatasetReader>();
        services.AddSingleton<ProposalSummaries>();
        services.AddSingleton<BallotReader>();
        services.AddSingleton<IProposalReader, ProposalReader>();
        services.AddSingleton<ModelLineages>();
        services.AddSingleton<IModelReader, ModelReader>();
        services.AddSingleton<UsageReader>();
        services.AddSingleton<IUsageReader>(provider => provider.GetRequiredService<UsageReader>());
        services.AddSingleton<IJobReader, JobReader>();
        services.AddSingleton<IRequestReader, RequestReader>();
        services.AddSingleton<IWorkerReader, WorkerReader>();
        services.AddSingleton<IOwedReader, OwedReader>();
        services.AddSingleton<IPortfolioReader, PortfolioReader>();
    }
}
