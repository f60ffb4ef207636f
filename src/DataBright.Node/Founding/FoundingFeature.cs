using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Drafts;
using DataBright.Node.Features;

namespace DataBright.Node.Founding;

/// <summary>Datasets that people create from a page.</summary>
internal sealed class FoundingFeature : INodeFeature
{
    public IReadOnlyList<MarketAction> Actions { get; } = [FoundingActions.Create];

    public void AddServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<DraftStore<FoundingInHand>>();
        services.AddTransient<FoundingReader>();
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapFounding();
}
