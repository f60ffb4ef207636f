using System.Globalization;

namespace DataBright.Market;

/// <summary>Lengths of time and parts of a whole, as people write them.</summary>
public static class QuantityText
{
    /// <summary>Reads a length of time such as 3d, 12h, 30m or 90s.</summary>
    /// <exception cref="FormatException">The text is no length of time, or zero.</exception>
    public static TimeSpan ParseTime(string text)
    {
        var unit = text.Length > 1 ? text[^1] : ' ';
        var digits = text.AsSpan(0, Math.Max(0, text.Length - 1));
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
            unit = ' ';
        return unit switch
        {
            'd' => TimeSpan.FromDays(count),
            'h' => TimeSpan.FromHours(count),
            'm' => TimeSpan.FromMinutes(count),
            's' => TimeSpan.FromSeconds(count),
            _ => throw new FormatException($"'{text}' is no length of time such as 3d, 12h, 30m or 90s"),
        };
    }

    /// <summary>Reads a percentage with two decimals at most, up to a million.</summary>
    /// <returns>Hundredths of a percent.</returns>
    /// <exception cref="FormatException">The text is no percentage.</exception>
    public static int ParsePercent(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent <= 1_000_000 && percent * 100 == decimal.Truncate(percent * 100)
            ? (int)(percent * 100)
            : throw new FormatException($"'{text}' is no percentage such as 50 or 66.67");
}
