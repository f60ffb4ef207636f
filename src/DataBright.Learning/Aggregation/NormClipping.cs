namespace DataBright.Learning.Aggregation;

/// <summary>
/// Updates longer than a bound are scaled down to it, then averaged (Z. Sun et al., "Can You Really Backdoor Federated Learning?", 2019): a
/// participant can move the average by its share of the bound and no more.
/// </summary>
public sealed class NormClipping : IAggregationRule
{
    /// <inheritdoc />
    public string Name => "norm-clipping";

    /// <inheritdoc />
    public Aggregate Aggregate(Updates updates, RuleParameters parameters)
    {
        parameters.AllowOnly(this, nameof(RuleParameters.Bound));
        return Of(updates, RuleParameters.Required(this, nameof(RuleParameters.Bound), parameters.Bound));
    }

    /// <summary>The aggregate.</summary>
    /// <param name="updates">The updates.</param>
    /// <param name="bound">The largest Euclidean norm, above 0.</param>
    public static Aggregate Of(Updates updates, double bound)
    {
        var average = new RunningAverage(updates.Length);
        for (var i = 0; i < updates.Count; i++) average.Add(Clip(updates[i], bound), updates.Weights[i]);
        return updates.AllTakePart(average.Result());
    }

    /// <summary>An update, scaled down where it is longer than the bound.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not a positive number.</exception>
    public static float[] Clip(ReadOnlySpan<float> update, double bound)
    {
        if (!(bound > 0) || !double.IsFinite(bound))
            throw new ArgumentOutOfRangeException(nameof(bound), bound, "A bound is a positive number.");
        var clipped = update.ToArray();
        var norm = VectorMath.Norm(update);
        if (norm <= bound) return clipped;
        var scale = bound / norm;
        // Rounding towards zero keeps the result within the bound.
        for (var k = 0; k < clipped.Length; k++)
        {
            var exact = update[k] * scale;
            var rounded = (float)exact;
            clipped[k] = Math.Abs((double)rounded) > Math.Abs(exact)
                ? (exact > 0 ? MathF.BitDecrement(rounded) : MathF.BitIncrement(rounded)) : rounded;
        }

        return clipped;
    }
}
