namespace DataBright.Learning.Aggregation;

/// <summary>
/// The table of the rules. <see cref="PrivateAverage"/> is none of them: its noise needs a secret, and nobody can repeat it.
/// </summary>
public static class AggregationRules
{
    /// <summary>All of them; each has a name of its own.</summary>
    public static IReadOnlyList<IAggregationRule> All { get; } =
    [
        new FedAvg(), new MultiKrum(), new Bulyan(), new CoordinateMedian(),
        new TrimmedMean(), new ThreeSigma(), new FlTrust(), new NormClipping(),
    ];

    /// <summary>The rule of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static IAggregationRule Named(string name) =>
        All.FirstOrDefault(rule => rule.Name == name)
        ?? throw new ArgumentException(
            $"There is no aggregation rule '{name}'; {string.Join(", ", All.Select(rule => rule.Name))} are known.");
}
