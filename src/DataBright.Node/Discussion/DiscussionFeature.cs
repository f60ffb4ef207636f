using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Discussion;

/// <summary>What is said about proposals.</summary>
internal sealed class DiscussionFeature : INodeFeature
{
    public IReadOnlyList<MarketAction> Actions => DiscussionActions.All;

    public void AddChainServices(IServiceCollection services, NodeOptions options) => services.AddDiscussion(options);

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapDiscussion();
}
