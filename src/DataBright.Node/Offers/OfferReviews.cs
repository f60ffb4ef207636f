using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Node.Offers;

/// <summary>The offers that were read last. One that is forgotten is read again from its contributor's file.</summary>
internal sealed class OfferReviews
{
    private const int MaxRemembered = 500;

    private readonly Lock _gate = new();
    private readonly Dictionary<(DatasetId, Cid), OfferReview> _known = [];
    private readonly Queue<(DatasetId, Cid)> _order = [];

    public OfferReview? Find(DatasetId dataset, Cid file)
    {
        lock (_gate) return _known.GetValueOrDefault((dataset, file));
    }

    public void Keep(OfferReview review)
    {
        lock (_gate)
        {
            var key = (review.Dataset, review.File);
            if (!_known.ContainsKey(key)) _order.Enqueue(key);
            _known[key] = review;
            if (_order.Count > MaxRemembered) _known.Remove(_order.Dequeue());
        }
    }
}
