using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Storage;

/// <summary>Files by their addresses.</summary>
internal sealed class StorageFeature : INodeFeature
{
    public void AddChainServices(IServiceCollection services, NodeOptions options) => services.AddHostedService<BlobStoreSize>();

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapBlobs();
}
