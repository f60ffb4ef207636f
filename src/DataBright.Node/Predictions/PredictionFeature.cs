using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Rest;

namespace DataBright.Node.Predictions;

/// <summary>Predictions, and the channels by which they are paid.</summary>
internal sealed class PredictionFeature : INodeFeature
{
    public NumberForm Number { get; } = NumberForm.Of<ChannelId>("The number of a channel.");

    public IReadOnlyList<MarketAction> Actions => ChannelActions.All;

    public bool IsPartOf(NodeOptions options) => options.Predictions is not null || options.Roles.HasFlag(NodeRoles.Web);

    public void Map(IEndpointRouteBuilder routes, NodeOptions options)
    {
        if (options.Predictions is { } predictions) routes.MapPredictions(predictions);
    }
}
