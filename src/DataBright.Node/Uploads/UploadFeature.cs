using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Uploads;

/// <summary>Files that arrive in pieces.</summary>
internal sealed class UploadFeature : INodeFeature
{
    public void AddServices(IServiceCollection services, NodeOptions options) => services.AddUploads(options);

    public void AddChainServices(IServiceCollection services, NodeOptions options) => services.AddSingleton<INamedFiles, NamedFiles>();

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapUploads();
}
