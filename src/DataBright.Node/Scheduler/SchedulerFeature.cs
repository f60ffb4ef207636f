using DataBright.Compute.Scheduler;
using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Scheduler;

/// <summary>Runs jobs that name this node's key as their scheduler.</summary>
internal sealed class SchedulerFeature : INodeFeature
{
    public bool IsPartOf(NodeOptions options) => options.Roles.HasFlag(NodeRoles.Scheduler);

    public void AddChainServices(IServiceCollection services, NodeOptions options) => services.AddScheduler(options);

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) =>
        routes.MapScheduler(routes.ServiceProvider.GetRequiredService<SchedulerHost>());
}
