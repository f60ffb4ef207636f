using System.Globalization;

namespace DataBright.Node.Web.Charts;

/// <summary>
/// Maps values to places in a drawing. Across, places are percentages: a drawing is as wide as its column while its
/// text keeps its size. Down, they are pixels.
/// </summary>
public readonly record struct Scale(double From, double To, double Start, double End)
{
    public double At(double value) => To == From ? Start : Start + (value - From) / (To - From) * (End - Start);

    public string Percent(double value) => Text(At(value)) + "%";

    public string Pixels(double value) => Text(At(value));

    public static string Text(double number) => Math.Round(number, 3).ToString(CultureInfo.InvariantCulture);

    /// <summary>Three to six round numbers that cover a range, for the lines behind a chart.</summary>
    public static IReadOnlyList<double> Ticks(double from, double to)
    {
        double span = to - from;
        if (!(span > 0) || double.IsInfinity(span)) return [from];
        double power = Math.Pow(10, Math.Floor(Math.Log10(span)));
        double step = new[] { 0.1, 0.2, 0.25, 0.5, 1, 2 }.Select(part => part * power)
            .FirstOrDefault(candidate => span / candidate <= 5, span);
        var ticks = new List<double>();
        // Far from zero a step may be too small to be added to a tick.
        for (double tick = Math.Ceiling(from / step - 1e-9) * step; tick <= to + step * 1e-9 && ticks.Count < 8; tick += step)
            ticks.Add(Math.Round(tick, 12) + 0.0);
        return ticks;
    }
}
