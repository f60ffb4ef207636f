using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Proposals;

/// <summary>What a contributor asks before anything is sent.</summary>
internal sealed class CheckFeature : INodeFeature
{
    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapChecks();
}
