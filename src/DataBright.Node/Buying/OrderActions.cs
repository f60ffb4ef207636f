using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Actions;
using DataBright.Node.Drafts;
using DataBright.Node.Jobs;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Buying;

/// <summary>Buys a job, and registers what one made, as they were prepared on a page.</summary>
internal sealed class OrderActions(
    ActionContext context, DraftStore<OrderDraft> orders, DraftStore<ModelDraft> models, BoughtJobs bought)
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        MarketAction.By<OrderActions>("order-training", "Buy a training job that was prepared here: its whole price goes into escrow",
            ["draft", "anyway"], (actions, form, stop) => actions.OrderAsync(form, JobKind.Training, stop)),
        MarketAction.By<OrderActions>("order-evaluation",
            "Buy the measurement of a proposal that was prepared here: its whole price goes into escrow", ["draft", "anyway"],
            (actions, form, stop) => actions.OrderAsync(form, JobKind.Evaluation, stop)),
        MarketAction.By<OrderActions>("register-model", "Register the model of a settled job as it was prepared here", ["draft"],
            (actions, form, stop) => actions.RegisterAsync(form, stop)),
    ];

    private async Task<PreparedAction> OrderAsync(ActionForm form, JobKind kind, CancellationToken stop)
    {
        var hand = orders.Find(form.Require("draft")) is { } found && found.Order.Kind == kind ? found : throw Forgotten();
        var (what, where) = hand.Order.Proposal is { } proposal
            ? ($"a measurement of proposal {proposal}", "") : ($"a training of {hand.Trains}", $" on dataset {hand.Order.Dataset}");
        if (bought.Find(hand, form.By) is { } job)
            throw new InvalidRequestException("draft", $"You ordered it already: it is job {job}."
                + (kind == JobKind.Training ? " Prepare it again to order it once more." : ""));
        if (hand.Quote?.Problem is { } problem && form.Find("anyway") != "yes")
            throw new InvalidRequestException("anyway", $"{problem} To order it all the same and wait, say so: 'anyway' is 'yes'.");
        // The price of the data may have changed since it was looked at: what is approved is what is taken.
        var (total, _) = await context.Ledger.Jobs.PriceOfAsync(hand.Order, stop);
        return await context.PrepareAsync(
            $"You ordered {what}{where}. {Wording.Dollars(total)} are in escrow, and come back if it is not done in time.",
            $"Order {what} for {Wording.Dollars(total)}", context.Ledger.Jobs.Acts.Create(hand.Order, total),
            form.By, stop);
    }

    private Task<PreparedAction> RegisterAsync(ActionForm form, CancellationToken stop)
    {
        var hand = models.Find(form.Require("draft")) ?? throw Forgotten();
        if (hand.Buyer != form.By)
            throw new InvalidRequestException("account",
                $"Job {hand.Job} was bought by {hand.Buyer}, who alone can register what it made.");
        return context.PrepareAsync($"The model of job {hand.Job} is registered.", $"Register the model of job {hand.Job}",
            context.Ledger.Models.Acts.Register(hand.Registration), form.By, stop);
    }

    private static InvalidRequestException Forgotten() => new("draft", "This node has forgotten what was prepared. Prepare it again.");
}
