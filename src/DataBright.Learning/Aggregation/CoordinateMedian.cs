namespace DataBright.Learning.Aggregation;

/// <summary>
/// The median of each coordinate, of an even number the mean of the middle two (D. Yin et al., "Byzantine-Robust Distributed Learning:
/// Towards Optimal Statistical Rates", ICML 2018). While fewer than half are hostile, each value lies between honest ones. Weights do not
/// count.
/// </summary>
public sealed class CoordinateMedian : IAggregationRule
{
    /// <inheritdoc />
    public string Name => "coordinate-median";

    /// <inheritdoc />
    public Aggregate Aggregate(Updates updates, RuleParameters parameters)
    {
        parameters.AllowOnly(this);
        return Of(updates);
    }

    /// <summary>The aggregate.</summary>
    public static Aggregate Of(Updates updates) => updates.AllTakePart(Coordinates.Map(updates, sorted => Coordinates.Median(sorted)));
}
