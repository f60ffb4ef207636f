namespace DataBright.Learning.Aggregation;

/// <summary>Rules that look at each coordinate by itself, in blocks that fit the cache.</summary>
internal static class Coordinates
{
    private const int Block = 1024;

    public delegate double Rule(Span<float> sorted);

    /// <summary>
    /// One value for each coordinate, of the updates' values in ascending order: so the order of the updates does not matter.
    /// </summary>
    public static float[] Map(Updates updates, Rule rule)
    {
        var result = new float[updates.Length];
        var columns = new float[Block * updates.Count];
        for (var first = 0; first < result.Length; first += Block)
        {
            var count = Math.Min(Block, result.Length - first);
            for (var i = 0; i < updates.Count; i++)
            {
                var values = updates[i].Slice(first, count);
                // Adding +0 makes −0 equal to it, so equal values are equal in their bits too.
                for (var k = 0; k < count; k++) columns[k * updates.Count + i] = values[k] + 0f;
            }

            for (var k = 0; k < count; k++)
            {
                var column = columns.AsSpan(k * updates.Count, updates.Count);
                column.Sort();
                result[first + k] = (float)rule(column);
            }
        }

        return result;
    }

    public static double Median(ReadOnlySpan<float> sorted)
    {
        var half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : ((double)sorted[half - 1] + sorted[half]) / 2;
    }

    public static double Mean(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }
}
