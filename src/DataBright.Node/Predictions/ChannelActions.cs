using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Models;

namespace DataBright.Node.Predictions;

/// <summary>Ending a channel through which predictions were paid, and sending a model's earnings on their way.</summary>
internal sealed class ChannelActions(ActionContext context, IModelReader models)
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        MarketAction.By<ChannelActions>("begin-closing", "A buyer asks for what is left in its channel", ["channel"],
            (actions, form, stop) => actions.BeginAsync(form, stop)),
        MarketAction.By<ChannelActions>("close-channel", "End a channel whose challenge period is over", ["channel"],
            (actions, form, stop) => actions.CloseAsync(form, stop)),
        MarketAction.By<ChannelActions>("distribute", "Divide what a model earned", ["model"],
            (actions, form, stop) => actions.DistributeAsync(form, stop)),
    ];

    private Task<PreparedAction> BeginAsync(ActionForm form, CancellationToken stop)
    {
        var channel = form.Id<ChannelId>("channel");
        return context.PrepareAsync(
            $"Channel {channel} is closing. What is left comes back once the worker has had time to settle.",
            $"Begin to close channel {channel}",
            context.Ledger.Predictions.Acts.BeginClosing(channel), form.By, stop);
    }

    private Task<PreparedAction> CloseAsync(ActionForm form, CancellationToken stop)
    {
        var channel = form.Id<ChannelId>("channel");
        return context.PrepareAsync(
            $"Channel {channel} is closed. What was left is a credit of its buyer, to be claimed from the portfolio.",
            $"Close channel {channel}",
            context.Ledger.Predictions.Acts.Close(channel), form.By, stop);
    }

    private async Task<PreparedAction> DistributeAsync(ActionForm form, CancellationToken stop)
    {
        var model = form.Id<ModelId>("model");
        var parents = (await models.FindAsync(model, stop))?.Parents
            ?? throw RuleBrokenException.Of(Rule.ModelUnknown, new KeyValuePair<string, object>("modelId", model));
        return await context.PrepareAsync(
            $"What model {model} earned is divided.", $"Divide the earnings of model {model}",
            context.Ledger.Predictions.Acts.Distribute(model, parents), form.By, stop);
    }
}
