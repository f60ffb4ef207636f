using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Usage;

/// <summary>What the use of points earns.</summary>
internal sealed class UsageFeature : INodeFeature
{
    public IReadOnlyList<MarketAction> Actions => UsageActions.All;

    public void AddChainServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<UsageSheets>();
        services.AddSingleton<UsageReader>();
        services.AddSingleton<IUsageReader>(provider => provider.GetRequiredService<UsageReader>());
    }
}
