using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Models;

/// <summary>Models, and trying them.</summary>
internal sealed class ModelFeature : INodeFeature
{
    public NumberForm Number { get; } = NumberForm.Of<ModelId>("The number of a model.", "/models");

    public MenuEntry MenuEntry { get; } = new("Models", "/models", 4);

    public void AddChainServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<ModelLineages>();
        services.AddSingleton<IModelReader, ModelReader>();
        services.AddTryOut(options);
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options)
    {
        routes.MapModels();
        routes.MapTryOut();
    }
}
