namespace DataBright.Learning.Aggregation;

/// <summary>
/// The three-sigma rule: updates whose distance from the coordinate-wise median is more than three deviations above the typical distance
/// are left out, the others averaged. Typical distance and deviation are the median and 1.4826 times the median absolute deviation (F.
/// Hampel, "The influence curve and its role in robust estimation", 1974), because of n values none is more than (n − 1)/√n ordinary
/// deviations from the mean: up to ten participants the textbook rule can never remove anyone. Holds while fewer than half are hostile.
/// </summary>
public sealed class ThreeSigma : IAggregationRule
{
    private const double Consistency = 1.4826;

    /// <summary>Distances this much (relatively) above the typical one are rounding.</summary>
    private const double Slack = 1e-6;

    /// <inheritdoc />
    public string Name => "three-sigma";

    /// <inheritdoc />
    public Aggregate Aggregate(Updates updates, RuleParameters parameters)
    {
        parameters.AllowOnly(this, nameof(RuleParameters.Sigmas));
        return Of(updates, parameters.Sigmas ?? 3);
    }

    /// <summary>The aggregate.</summary>
    /// <param name="updates">The updates; weights count in the average only.</param>
    /// <param name="sigmas">Deviations that are tolerated.</param>
    /// <exception cref="ArgumentException">There are fewer than three updates: nobody stands out of two.</exception>
    public static Aggregate Of(Updates updates, double sigmas = 3)
    {
        if (!(sigmas > 0)) throw new ArgumentOutOfRangeException(nameof(sigmas), sigmas, "Deviations are more than 0.");
        updates.RequireAtLeast(3, "The three-sigma rule");
        var centre = CoordinateMedian.Of(updates).Vector;
        double[] distances = [.. Enumerable.Range(0, updates.Count).Select(i => Math.Sqrt(VectorMath.SquaredDistance(updates[i], centre)))];
        var typical = Median(distances);
        var deviation = Consistency * Median([.. distances.Select(distance => Math.Abs(distance - typical))]);
        var limit = typical * (1 + Slack) + sigmas * deviation;
        int[] kept = [.. Enumerable.Range(0, updates.Count).Where(i => distances[i] <= limit)];
        return new Aggregate(FedAvg.Of(updates.Select(kept)).Vector, kept);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        var half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
