namespace DataBright.Learning.Valuation;

/// <summary>How well values tell bad points from good ones.</summary>
public static class Ranking
{
    /// <summary>
    /// The area under the receiver operating characteristic of finding the bad points from the lowest value up: the probability that
    /// a bad point is valued below a good one, equal values counting half (H. Mann, D. Whitney, 1947). 1 is perfect, ½ is chance.
    /// </summary>
    /// <exception cref="ArgumentException">Lengths differ, a value is not a number, or there are no bad or no good points.</exception>
    public static double AreaUnderRoc(ReadOnlySpan<double> values, ReadOnlySpan<bool> isBad)
    {
        if (values.Length != isBad.Length)
            throw new ArgumentException($"{values.Length} values for {isBad.Length} points.", nameof(values));
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            if (double.IsNaN(values[i])) throw new ArgumentException($"The value of point {i} is not a number.", nameof(values));
            order[i] = i;
        }

        values.ToArray().AsSpan().Sort(order.AsSpan());
        double pairs = 0;
        long bad = 0, good = 0;
        for (int first = 0, next; first < order.Length; first = next)
        {
            long badHere = 0;
            for (next = first; next < order.Length && values[order[next]] == values[order[first]]; next++)
                if (isBad[order[next]])
                    badHere++;
            var goodHere = next - first - badHere;
            pairs += goodHere * (bad + badHere / 2.0);
            bad += badHere;
            good += goodHere;
        }

        if (bad == 0 || good == 0) throw new ArgumentException("There must be bad and good points.", nameof(isBad));
        return pairs / ((double)bad * good);
    }
}
