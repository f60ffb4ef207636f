using DataBright.Market.Datasets;

namespace DataBright.Market.Proposals;

/// <summary>What whoever offers points is told before anything is sent, and asked to confirm.</summary>
public static class OfferTerms
{
    /// <summary>The part of an offer that may be copies before its contributor has to say that it is meant so.</summary>
    public const int MaxCopiesPercent = 10;

    public static bool HasTooManyCopies(int copies, int points) => copies * 100L > points * (long)MaxCopiesPercent;

    /// <summary>The shares that an accepted offer mints where nobody measured a gain; a measured one gives more.</summary>
    public static ShareAmount SharesFor(DatasetPolicy policy, int points)
    {
        var shares = policy.SharesPerPoint.Units > ShareAmount.Most.Units / (ulong)points
            ? ShareAmount.Most : policy.SharesPerPoint * (ulong)points;
        return shares < policy.SharesCap ? shares : policy.SharesCap;
    }
}
