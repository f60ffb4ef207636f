using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Scheduler;

/// <summary>Keys to sealed points, for whoever may read them.</summary>
internal sealed class SealedKeyFeature : INodeFeature
{
    public bool IsPartOf(NodeOptions options) => (options.Roles & (NodeRoles.Scheduler | NodeRoles.Referee)) != 0;

    public void Map(IEndpointRouteBuilder routes, NodeOptions options)
    {
        if (routes.ServiceProvider.GetService<SealedKeys>() is { } keys) routes.MapSealedKeys(keys);
    }
}
