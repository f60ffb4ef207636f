namespace DataBright.Learning.Aggregation;

/// <summary>
/// The median of each coordinate, of an even number the mean of the middle two (D. Yin et al., "Byzantine-Robust Distributed Learning: Towards
/// Optimal Statistical Rates", ICML 2018). While fewer than half are hostile, each value lies between honest ones. Weights do not count.
/// </summary>
public static class CoordinateMedian
{
    /// <summary>The aggregate.</summary>
    public static Aggregate Of(Updates updates) => Aggregate.OfAll(updates, Coordinates.Map(updates, sorted => Coordinates.Median(sorted)));
}
