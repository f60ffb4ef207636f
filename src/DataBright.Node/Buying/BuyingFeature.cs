using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Drafts;
using DataBright.Node.Features;

namespace DataBright.Node.Buying;

/// <summary>Trainings that people order from a page, and models that they register.</summary>
internal sealed class BuyingFeature : INodeFeature
{
    public IReadOnlyList<MarketAction> Actions => OrderActions.All;

    public void AddServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<DraftSeats>();
        services.AddSingleton<DraftStore<OrderInHand>>();
        services.AddTransient<OrderReader>();
        services.AddSingleton<DraftStore<ModelInHand>>();
        services.AddTransient<ModelDrafts>();
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapOrders();
}
