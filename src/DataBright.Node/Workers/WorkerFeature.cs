using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Web;

namespace DataBright.Node.Workers;

/// <summary>Workers and trusted keys.</summary>
internal sealed class WorkerFeature : INodeFeature
{
    public MenuEntry MenuEntry { get; } = new("Workers", "/workers", 6);

    public void AddChainServices(IServiceCollection services, NodeOptions options) => services.AddSingleton<IWorkerReader, WorkerReader>();

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapWorkers();
}
