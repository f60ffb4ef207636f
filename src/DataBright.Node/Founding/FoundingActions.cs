using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Datasets;
using DataBright.Node.Drafts;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Founding;

/// <summary>Creates a dataset that was prepared on a page.</summary>
internal sealed class FoundingActions(ActionContext context, DraftStore<FoundingInHand> drafts, IDatasetReader datasets)
{
    public static MarketAction Create { get; } = MarketAction.By<FoundingActions>(
        "create-dataset", "Create a dataset that was prepared here", ["draft"],
        (founding, form, stop) => founding.PrepareAsync(form, stop));

    private async Task<PreparedAction> PrepareAsync(ActionForm form, CancellationToken stop)
    {
        var hand = drafts.Find(form.Require("draft"))
            ?? throw new InvalidRequestException("draft", "This node has forgotten what was prepared. Prepare it again.");
        if (hand.Founder != form.By)
            throw new InvalidRequestException("account",
                $"It was prepared by {hand.Founder}, who alone can create it. Prepare it again with this account.");
        if (await new CreatedDatasets(datasets).FindAsync(hand, stop) is { } made)
            throw new InvalidRequestException("draft",
                $"You created it already: it is dataset {made}. Prepare it again to create another.");
        var charter = hand.Draft.Charter;
        return await context.PrepareAsync(
            $"The dataset {charter.ShareName} is created, with {Wording.Count(charter.Founding.Count, "point")} and "
            + $"{Wording.Shares(charter.Founders[0].Shares)} shares of yours.",
            $"Create the dataset {charter.ShareName}", context.Ledger.Datasets.Acts.Create(charter), form.By, stop);
    }
}
