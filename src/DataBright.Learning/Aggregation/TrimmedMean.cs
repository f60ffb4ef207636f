namespace DataBright.Learning.Aggregation;

/// <summary>
/// The mean of each coordinate without its smallest and its largest values (D. Yin et al., "Byzantine-Robust Distributed Learning: Towards
/// Optimal Statistical Rates", ICML 2018). With at most as many hostile participants as are cut off at one end, each value lies between
/// honest ones.
/// Weights do not count.
/// </summary>
public sealed class TrimmedMean : IAggregationRule
{
    /// <inheritdoc />
    public string Name => "trimmed-mean";

    /// <inheritdoc />
    public Aggregate Aggregate(Updates updates, RuleParameters parameters)
    {
        parameters.AllowOnly(this, nameof(RuleParameters.Trim));
        return Of(updates, RuleParameters.Required(this, nameof(RuleParameters.Trim), parameters.Trim));
    }

    /// <summary>The aggregate.</summary>
    /// <param name="updates">The updates.</param>
    /// <param name="trim">Values cut off at either end.</param>
    /// <exception cref="ArgumentException">Nothing would be left: more than twice as many updates are needed.</exception>
    public static Aggregate Of(Updates updates, int trim)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trim);
        updates.RequireAtLeast(2 * trim + 1, $"Cutting off {trim} at either end");
        return updates.AllTakePart(Coordinates.Map(updates, sorted => Coordinates.Mean(sorted[trim..^trim])));
    }
}
