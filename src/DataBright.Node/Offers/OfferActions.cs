using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Node.Actions;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Offers;

/// <summary>Offers a file that this node has read to a dataset.</summary>
internal sealed class OfferActions(ActionContext context, OfferReviews reviews, IProposalReader proposals)
{
    private const int Looked = 20;

    public static MarketAction Propose { get; } = MarketAction.By<OfferActions>(
        "propose", "Offer a file that this node has read to a dataset, and put up the dataset's bond", ["dataset", "file", "anyway"],
        (offers, form, stop) => offers.PrepareAsync(form, stop));

    private async Task<PreparedAction> PrepareAsync(ActionForm form, CancellationToken stop)
    {
        var (id, file) = (form.Id<DatasetId>("dataset"), RouteParsers.Cid(form.Require("file")));
        if (reviews.Find(id, file) is not { } offer)
            throw new InvalidRequestException("file", "This node has not read that file, or has forgotten it. Choose it again.");
        if (await MadeAsync(offer, form.By, stop) is { } made)
            throw new InvalidRequestException("file", $"You offered these points already: they are proposal {made}, which is open.");
        if (offer.NeedsConfirming && form.Find("anyway") != "yes")
            throw new InvalidRequestException("anyway", $"{Why(offer)} To offer them all the same, say so: 'anyway' is 'yes'.");
        // The charter never changes, and the chain is asked all the same: what is approved is exactly what is taken.
        var bond = await context.Ledger.Proposals.BondAsync(id, stop);
        var what = $"{Wording.Count(offer.Points, "point")} to dataset {id}";
        return await context.PrepareAsync(
            $"You offered {what}. Your bond of {Wording.Dollars(bond)} comes back unless shareholders reject it.",
            $"Offer {what}, with a bond of {Wording.Dollars(bond)}",
            context.Ledger.Proposals.Acts.Propose(id, new OfferedShard(offer.Root, offer.Points, file), bond), form.By, stop);
    }

    /// <summary>The open proposal of the same points by the same account; null where the index knows none among the newest.</summary>
    private async Task<ProposalId?> MadeAsync(OfferReview offer, Address contributor, CancellationToken stop)
    {
        foreach (var one in (await proposals.ListAsync(offer.Dataset, PageRequest.First(Looked), stop)).Items
            .Where(one => one.Contributor == contributor && one.State == ProposalState.Open && one.Points == offer.Points))
            if ((await proposals.FindAsync(one.Id, stop))?.ShardRoot == offer.Root) return one.Id;
        return null;
    }

    private static string Why(OfferReview offer) => offer.HasTooManyCopies
        ? $"{Wording.Count(offer.Copies)} of {Wording.Count(offer.Points, "point")} are not new, and shareholders see that, too."
        : offer.Differs!;
}
