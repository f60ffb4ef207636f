using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Web;

namespace DataBright.Node.Shares;

/// <summary>Shares, and what they earn.</summary>
internal sealed class ShareFeature : INodeFeature
{
    public MenuEntry MenuEntry { get; } = new("Portfolio", "/portfolio", 7);

    public IReadOnlyList<MarketAction> Actions => ShareActions.All;

    public void AddChainServices(IServiceCollection services, NodeOptions options) =>
        services.AddSingleton<IPortfolioReader, PortfolioReader>();

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapShares();
}
