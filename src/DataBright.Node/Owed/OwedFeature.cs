using DataBright.Compute.Scheduler;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Usage;

namespace DataBright.Node.Owed;

/// <summary>What the market owes to accounts.</summary>
internal sealed class OwedFeature : INodeFeature
{
    public void AddChainServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<ISheets>(provider => new NodeSheets(
            provider.GetRequiredService<LedgerIndex>(), provider.GetRequiredService<Market.Ledger>(),
            provider.GetRequiredService<UsageSheets>(),
            provider.GetService<SchedulerHost>()));
        services.AddSingleton<IOwedReader, OwedReader>();
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapOwed();
}
