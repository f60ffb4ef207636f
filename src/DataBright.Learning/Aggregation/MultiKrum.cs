namespace DataBright.Learning.Aggregation;

/// <summary>
/// Multi-Krum (P. Blanchard et al., "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", NeurIPS 2017): an update's
/// score is the sum of its squared distances to its n − f − 2 nearest neighbours; the updates with the lowest scores are averaged. With at
/// most f hostile participants of n ≥ 2f + 3, what is kept lies among honest updates.
/// </summary>
public sealed class MultiKrum : IAggregationRule
{
    /// <inheritdoc />
    public string Name => "multi-krum";

    /// <inheritdoc />
    public Aggregate Aggregate(Updates updates, RuleParameters parameters)
    {
        parameters.AllowOnly(this, nameof(RuleParameters.Hostile), nameof(RuleParameters.Keep));
        return Of(updates, RuleParameters.Required(this, nameof(RuleParameters.Hostile), parameters.Hostile), parameters.Keep);
    }

    /// <summary>The average of the updates that stand closest together.</summary>
    /// <param name="updates">The updates; weights count in the average only.</param>
    /// <param name="hostile">f: how many may be hostile.</param>
    /// <param name="keep">How many are averaged; n − f when left out, 1 is Krum.</param>
    /// <exception cref="ArgumentException">There are fewer than 2f + 3 updates, or more are to be kept than n − f.</exception>
    public static Aggregate Of(Updates updates, int hostile, int? keep = null)
    {
        var kept = Select(updates, hostile, keep ?? updates.Count - hostile);
        return new Aggregate(FedAvg.Of(updates.Select(kept)).Vector, kept);
    }

    /// <summary>The updates that would be kept, in ascending order.</summary>
    /// <inheritdoc cref="Of"/>
    public static int[] Select(Updates updates, int hostile, int keep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hostile);
        updates.RequireAtLeast(2 * hostile + 3, $"Krum with {hostile} hostile participants");
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keep, updates.Count - hostile);
        var scores = Scores(Distances(updates), [.. Enumerable.Range(0, updates.Count)], updates.Count - hostile - 2);
        return [.. Enumerable.Range(0, updates.Count).OrderBy(i => scores[i].Near).ThenBy(i => scores[i].All).Take(keep).Order()];
    }

    internal static double[,] Distances(Updates updates)
    {
        var distances = new double[updates.Count, updates.Count];
        for (var i = 0; i < updates.Count; i++)
            for (var j = 0; j < i; j++)
                distances[i, j] = distances[j, i] = VectorMath.SquaredDistance(updates[i], updates[j]);
        return distances;
    }

    /// <summary>
    /// The scores of some updates among themselves, added from the nearest neighbour on. Two who are each other's nearest have the same
    /// score when one neighbour counts; then the sum over all neighbours decides, so that the order of the updates does not.
    /// </summary>
    internal static (double Near, double All)[] Scores(double[,] distances, IReadOnlyList<int> among, int neighbours) =>
        [.. among.Select(i =>
        {
            double[] sorted = [.. among.Where(j => j != i).Select(j => distances[i, j]).Order()];
            return (sorted.Take(Math.Max(neighbours, 1)).Sum(), sorted.Sum());
        })];
}
