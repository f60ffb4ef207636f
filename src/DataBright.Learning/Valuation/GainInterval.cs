using DataBright.Learning.Training;

namespace DataBright.Learning.Valuation;

/// <summary>
/// The range of a gain in accuracy that was measured in pairs of runs, without proposed examples and with them. What is estimated is the
/// gain that examples of that kind bring; the proposed ones are one draw of them, as the control of a pair is one draw of what is there.
/// </summary>
/// <remarks>
/// mean ± t · √(v + d ÷ k). d is the variance of the k pairs' differences, so d ÷ k is what the seeds leave uncertain. v is what one draw
/// of examples leaves uncertain however many seeds there are: the controls are such draws, so it is what they vary by beyond the side whose
/// examples stay the same, and half of what they vary by at least, because a difference of two variances from few pairs is often near zero
/// by chance. t is Student's with k − 1 degrees of freedom. Without v, examples drawn once more from what is there have ranges beside zero
/// in up to a fifth of all cases; docs/valuation.md has the rates.
/// </remarks>
public static class GainInterval
{
    /// <summary>Pairs that there must be, or nothing is known of their spread.</summary>
    public const int MinPairs = 2;

    /// <param name="without">Accuracy without the proposed examples, by pair; 0 to 1.</param>
    /// <param name="with">Accuracy with them, in the same order.</param>
    /// <exception cref="ArgumentException">Fewer than two pairs, sides of different length, or a figure that is not finite.</exception>
    public static Interval Of(ReadOnlySpan<double> without, ReadOnlySpan<double> with)
    {
        if (without.Length != with.Length)
            throw new ArgumentException($"{without.Length} measurements without and {with.Length} with are no pairs.", nameof(with));
        if (without.Length < MinPairs)
            throw new ArgumentException($"At least {MinPairs} pairs are needed, not {without.Length}.", nameof(without));
        var differences = new double[with.Length];
        for (var i = 0; i < differences.Length; i++) differences[i] = with[i] - without[i];
        if (differences.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
            throw new ArgumentException("A measurement is not finite.", nameof(without));

        var control = Variance(without);
        var draw = Math.Max(control - Variance(with), control / 2);
        var half = Interval.Student95(differences.Length - 1) * Math.Sqrt(draw + Variance(differences) / differences.Length);
        var mean = Mean(differences);
        return new Interval(mean, mean - half, mean + half);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }

    private static double Variance(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        var squares = 0.0;
        foreach (var value in values) squares += (value - mean) * (value - mean);
        return squares / (values.Length - 1);
    }
}
