namespace DataBright.Learning.Aggregation;

/// <summary>
/// Bulyan (E. El Mhamdi, R. Guerraoui, S. Rouault, "The Hidden Vulnerability of Distributed Learning in Byzantium", ICML 2018): Krum picks
/// n − 2f updates, one after the other from those left; then each coordinate is the mean of the n − 4f picked values closest to their
/// median.
/// It bounds what a hostile update can do in a single coordinate, which Krum's distances do not see. Needs n ≥ 4f + 3. Weights do not
/// count.
/// </summary>
public sealed class Bulyan : IAggregationRule
{
    /// <inheritdoc />
    public string Name => "bulyan";

    /// <inheritdoc />
    public Aggregate Aggregate(Updates updates, RuleParameters parameters)
    {
        parameters.AllowOnly(this, nameof(RuleParameters.Hostile));
        return Of(updates, RuleParameters.Required(this, nameof(RuleParameters.Hostile), parameters.Hostile));
    }

    /// <summary>The aggregate.</summary>
    /// <param name="updates">The updates.</param>
    /// <param name="hostile">f: how many may be hostile.</param>
    /// <exception cref="ArgumentException">There are fewer than 4f + 3 updates.</exception>
    public static Aggregate Of(Updates updates, int hostile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hostile);
        updates.RequireAtLeast(4 * hostile + 3, $"Bulyan with {hostile} hostile participants");
        var distances = MultiKrum.Distances(updates);
        var left = Enumerable.Range(0, updates.Count).ToList();
        var picked = new List<int>();
        while (picked.Count < updates.Count - 2 * hostile)
        {
            var scores = MultiKrum.Scores(distances, left, left.Count - hostile - 2);
            var best = 0;
            for (var i = 1; i < scores.Length; i++)
                if (scores[i].CompareTo(scores[best]) < 0)
                    best = i;
            picked.Add(left[best]);
            left.RemoveAt(best);
        }

        picked.Sort();
        var closest = updates.Count - 4 * hostile;
        var result = Coordinates.Map(updates.Select(picked), values => MeanAroundMedian(values, closest));
        return new Aggregate(result, picked);
    }

    /// <summary>
    /// Of sorted values the ones closest to the median are neighbours: the run whose farthest end is nearest, the lower of two equals.
    /// </summary>
    private static double MeanAroundMedian(Span<float> sorted, int count)
    {
        var median = Coordinates.Median(sorted);
        var start = 0;
        for (var i = 1; i + count <= sorted.Length; i++)
            if (Reach(sorted.Slice(i, count), median) < Reach(sorted.Slice(start, count), median))
                start = i;
        return Coordinates.Mean(sorted.Slice(start, count));
    }

    private static double Reach(ReadOnlySpan<float> run, double median) => Math.Max(median - run[0], run[^1] - median);
}
