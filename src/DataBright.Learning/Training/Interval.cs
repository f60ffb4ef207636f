namespace DataBright.Learning.Training;

/// <summary>A measured figure with the range it lies in at a confidence of 95 %.</summary>
/// <param name="Estimate">The figure.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Estimate, double Low, double High)
{
    private const double Normal = 1.959963984540054;

    // Student's t, 97.5 %, for 1 to 30 degrees of freedom.
    private static readonly double[] Student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>
    /// The mean of repeated measurements, for example the accuracy gain over several seeds, with Student's interval:
    /// mean ± t · s / √n. (Student, "The probable error of a mean", 1908.) Above 31 measurements t for the next smaller tabled sample is
    /// used, which is wider.
    /// </summary>
    /// <remarks>Defined for all finite measurements: an end that is beyond binary64 is infinite, the estimate never is.</remarks>
    /// <exception cref="ArgumentException">Fewer than two measurements say nothing about their spread, and what is not finite is
    /// none.</exception>
    public static Interval OfMean(ReadOnlySpan<double> measurements)
    {
        if (measurements.Length < 2)
            throw new ArgumentException($"At least two measurements are needed, not {measurements.Length}.", nameof(measurements));
        if (measurements.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
            throw new ArgumentException("A measurement is not finite.", nameof(measurements));
        var plain = MeanOf(measurements);
        if (double.IsFinite(plain.Low) && double.IsFinite(plain.High)) return plain;

        // Squares overflow far before the figures do: the same on a scale where they do not.
        const int Scale = 600;
        var scaled = MeanOf([.. measurements.ToArray().Select(value => Math.ScaleB(value, -Scale))]);
        return new Interval(Math.Clamp(Math.ScaleB(scaled.Estimate, Scale), double.MinValue, double.MaxValue),
            Math.ScaleB(scaled.Low, Scale), Math.ScaleB(scaled.High, Scale));
    }

    /// <summary>Student's t that 97.5 % lie below. Above 30 degrees of freedom that of 30, which is larger.</summary>
    internal static double Student95(int freedom) => Student[Math.Min(freedom, Student.Length) - 1];

    private static Interval MeanOf(ReadOnlySpan<double> measurements)
    {
        var sum = 0.0;
        foreach (var value in measurements) sum += value;
        var mean = sum / measurements.Length;
        var squares = 0.0;
        foreach (var value in measurements) squares += (value - mean) * (value - mean);
        var freedom = measurements.Length - 1;
        var half = Student95(freedom) * Math.Sqrt(squares / freedom / measurements.Length);
        return new Interval(mean, mean - half, mean + half);
    }

    /// <summary>
    /// A proportion, for example an accuracy on a test set, with Wilson's score interval, which stays within 0 … 1 and is
    /// sound for few examples. (E. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.)
    /// </summary>
    /// <exception cref="ArgumentException">Nothing was measured.</exception>
    public static Interval OfProportion(Accuracy accuracy)
    {
        if (accuracy.Total < 1 || accuracy.Correct < 0 || accuracy.Correct > accuracy.Total)
            throw new ArgumentException($"{accuracy.Correct} of {accuracy.Total} is no proportion.", nameof(accuracy));
        double n = accuracy.Total, p = accuracy.Value;
        var scale = 1 + Normal * Normal / n;
        var centre = (p + Normal * Normal / (2 * n)) / scale;
        var half = Normal / scale * Math.Sqrt(p * (1 - p) / n + Normal * Normal / (4 * n * n));
        return new Interval(p, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>True when zero is not in the range: the figure is more than chance.</summary>
    public bool IsSignificant => Low > 0 || High < 0;
}
