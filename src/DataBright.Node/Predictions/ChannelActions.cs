using DataBright.Market;
using DataBright.Node.Actions;
using Contract = DataBright.Market.Generated.Predictions;

namespace DataBright.Node.Predictions;

/// <summary>Ending a channel through which predictions were paid, and sending a model's earnings on their way.</summary>
internal static class ChannelActions
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        new("begin-closing", "A buyer asks for what is left in its channel", ["channel"], BeginAsync),
        new("close-channel", "End a channel whose challenge period is over", ["channel"], CloseAsync),
        new("distribute", "Divide what a model earned", ["model"], DistributeAsync),
    ];

    private static Task<PreparedAction> BeginAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var channel = form.Id<ChannelId>("channel");
        return Task.FromResult(PreparedAction.Of(
            $"Channel {channel} is closing. What is left comes back once the worker has had time to settle.", $"Begin to close channel {channel}",
            Contract.BeginClosing(context.At.Predictions, channel)));
    }

    private static Task<PreparedAction> CloseAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var channel = form.Id<ChannelId>("channel");
        return Task.FromResult(PreparedAction.Of(
            $"Channel {channel} is closed. What was left is a credit of its buyer, to be claimed from the portfolio.", $"Close channel {channel}",
            Contract.Close(context.At.Predictions, channel)));
    }

    private static async Task<PreparedAction> DistributeAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var model = form.Id<ModelId>("model");
        var parents = (await context.Market.ModelAsync(model, stop))?.Parents ?? throw RuleBrokenException.Of(Rule.ModelUnknown, new KeyValuePair<string, object>("modelId", model));
        return PreparedAction.Of(
            $"What model {model} earned is divided.", $"Divide the earnings of model {model}",
            Contract.Distribute(context.At.Predictions, model, [.. parents.OrderBy(parent => parent.Value).Select(parent => (Ethereum.Uint256)parent)]));
    }
}
