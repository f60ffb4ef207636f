using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Requests;

/// <summary>Requests for data.</summary>
internal sealed class RequestFeature : INodeFeature
{
    public NumberForm Number { get; } = NumberForm.Of<RequestId>("The number of a request for data.", "/requests");

    public MenuEntry MenuEntry { get; } = new("Requests", "/requests", 2);

    public IReadOnlyList<MarketAction> Actions => RequestActions.All;

    public void AddChainServices(IServiceCollection services, NodeOptions options) =>
        services.AddSingleton<IRequestReader, RequestReader>();

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapRequests();
}
