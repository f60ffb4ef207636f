using DataBright.Market;
using DataBright.Node.Drafts;
using DataBright.Storage;

namespace DataBright.Node.Offers;

/// <summary>The offers that were read last. One that is forgotten is read again from its contributor's file.</summary>
internal sealed class OfferReviews(TimeProvider clock)
{
    private readonly RecentByOwner<(DatasetId, Cid), OfferReview> _known = new(clock);

    public OfferReview? Find(DatasetId dataset, Cid file) => _known.Find((dataset, file));

    /// <param name="review">What was read.</param>
    /// <param name="owner">Whose upload the file is.</param>
    public void Keep(OfferReview review, string owner) => _known.Keep((review.Dataset, review.File), review, owner);
}
