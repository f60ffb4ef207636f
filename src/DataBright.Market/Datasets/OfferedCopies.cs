namespace DataBright.Market.Datasets;

/// <summary>
/// Which points of an offer say nothing new: copies, exact or near, of the dataset, of the held-out set, or of the offer itself. They are
/// left out before an offer is measured, so that no value is had by repeating a point, nor by learning the questions by heart.
/// </summary>
public static class OfferedCopies
{
    /// <summary>New points that are compared, whatever they are compared with.</summary>
    public const int MaxCompared = 100_000;

    /// <summary>
    /// Pairs that are looked at: less than a minute for pictures, and an offer that takes longer is refused instead of tried for ever.
    /// </summary>
    private const long MaxPairs = 2_000_000_000;

    /// <param name="known">The dataset's shards, and the held-out set.</param>
    /// <param name="offered">The offer.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The places of the copies, ascending; of points that are alike, the first is none.</returns>
    /// <exception cref="OfferTooLargeException">More points are new than can be compared.</exception>
    public static IReadOnlyList<int> Of(IEnumerable<Shard> known, Shard offered, CancellationToken stop)
    {
        var (exact, near, points) = (new KnownPoints(), new NearPoints(offered.Schema), 0L);
        foreach (var shard in known)
        {
            exact.Add(shard);
            if (Comparable(shard, offered) is { } alike) near.Add(alike);
            points += shard.Count;
        }

        var fresh = exact.NewPlaces(offered);
        if (fresh.Count > MaxCompared || fresh.Count * (points + fresh.Count / 2) > MaxPairs)
            throw new OfferTooLargeException(fresh.Count, points);
        var left = new HashSet<int>(fresh);
        left.ExceptWith(near.Compare(offered, fresh, stop).Places);
        return [.. Enumerable.Range(0, offered.Count).Where(place => !left.Contains(place))];
    }

    /// <summary>A shard that says another number of classes holds points of the same form; one of another form holds no copies.</summary>
    private static Shard? Comparable(Shard shard, Shard offered)
    {
        if (shard.Schema.Equals(offered.Schema)) return shard;
        return shard.Schema.Element == offered.Schema.Element && shard.Schema.Shape.SequenceEqual(offered.Schema.Shape)
            ? new Shard(offered.Schema, shard.Features, new int[shard.Count]) : null;
    }
}

/// <summary>An offer has more points than can be compared with what is known.</summary>
public sealed class OfferTooLargeException(int fresh, long known)
    : DataBrightException(FailureKind.Invalid,
        $"{fresh:N0} points of the offer are new, which is more than can be compared with the {known:N0} that are there: offer them in "
        + "parts.");
