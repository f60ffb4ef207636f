using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Descriptions;

/// <summary>What strangers wrote about their datasets, requests and models.</summary>
internal sealed class DescriptionFeature : INodeFeature
{
    public void AddChainServices(IServiceCollection services, NodeOptions options) => services.AddSingleton<DescriptionCache>();
}
