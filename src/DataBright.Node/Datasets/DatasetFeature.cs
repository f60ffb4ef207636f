using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Datasets;

/// <summary>Datasets, and what was learned from them.</summary>
internal sealed class DatasetFeature : INodeFeature
{
    public NumberForm Number { get; } = NumberForm.Of<DatasetId>("The number of a dataset.", "/datasets");

    public MenuEntry MenuEntry { get; } = new("Explore", "/", 1);

    public void AddChainServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<PlannedShards>();
        services.AddSingleton<ImpactReader>();
        services.AddSingleton<IDatasetReader, DatasetReader>();
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapDatasets();
}
