using System.Diagnostics.Metrics;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;
using DataBright.Market.Index;
using DataBright.Node.Configuration;

namespace DataBright.Node.Ledger;

internal static class LedgerServices
{
    /// <summary>The chain, and the market's contracts on it.</summary>
    /// <exception cref="NodeCannotStartException">The data folder knows no market.</exception>
    public static void AddChain(this IServiceCollection services, NodeOptions options)
    {
        var market = MarketFile.Load(options.MarketFile)
            ?? throw new NodeCannotStartException(
                $"There is no market in {options.Home}: {options.MarketFile} is missing. Start one with: databright up");
        services.AddSingleton(market);
        services.AddSingleton(provider => new EthereumClient(
            new JsonRpcClient(
                new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                    ActivityHeadersPropagator = null }), options.Chain,
                clock: provider.GetRequiredService<TimeProvider>()),
            Errors.Table, new ChainMetrics(provider.GetRequiredService<IMeterFactory>())));
        services.AddSingleton<Market.Ledger>();
    }

    /// <summary>The index, kept up with the chain, and what all readers of the market share.</summary>
    public static void AddIndex(this IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton(provider => LedgerIndex.Open(
            options.IndexFile, provider.GetRequiredService<MarketAddresses>(),
            metrics: new IndexMetrics(provider.GetRequiredService<IMeterFactory>())));
        services.AddSingleton<ChainHead>();
        services.AddSingleton<ChainQueries>();
        services.AddSingleton<MarketClock>();
        services.AddSingleton<DatasetNames>();
        services.AddSingleton<ListedShards>();
        services.AddSingleton<ILedgerStateReader, LedgerStateReader>();
        services.AddHostedService<LedgerFollower>();
    }
}
