using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Relays;

/// <summary>Votes and claims whose gas the node pays for.</summary>
internal sealed class RelayFeature : INodeFeature
{
    public void AddChainServices(IServiceCollection services, NodeOptions options) => services.AddRelayer(options);

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapRelays();
}
