using System.Globalization;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Terminal;

/// <summary>How the market's values are written for people. What others wrote (reasons, names) cannot move the cursor.</summary>
public static class TerminalWording
{
    /// <summary>The beginning of a text that is longer than there is room for.</summary>
    public static string Cut(string text, int most) => PlainText.Cut(text, most);

    public static string Of(object value) => value switch
    {
        Money money => Of(money),
        ShareAmount shares => Of(shares),
        Address address => address.ToString(),
        DateTimeOffset time when ChainTime.IsBeyond(time) => ChainTime.Beyond,
        DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        bool yes => yes ? "yes" : "no",
        Enum word => word.ToString().ToLowerInvariant(),
        IFormattable number and (int or long or ulong) => number.ToString("N0", CultureInfo.InvariantCulture),
        _ => Clean(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    public static string Of(Money money) => money == Money.Most ? "more dollars than can be counted" : $"${money}";

    /// <summary>Shares to a millionth; the exact figure is in --json.</summary>
    public static string Of(ShareAmount shares)
    {
        if (shares == ShareAmount.Most) return "more than can be counted";
        var text = shares.ToString();
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point >= 0 && text.Length > point + 7 ? $"{text[..(point + 7)]}…" : text;
    }

    public static string Short(Address address) => address.ToString() is var text ? $"{text[..8]}…{text[^4..]}" : "";

    public static string Percent(long ppm) => (ppm / 10_000m).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    public static string Bps(int bps) => (bps / 100m).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    public static string Points(long ppm) => (ppm / 10_000m).ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture);

    public static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} d"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
    };

    /// <summary>A description that says what holds where nothing is said.</summary>
    public static string WithDefault<T>(string description, T otherwise) => otherwise switch
    {
        _ when description.Contains("(default", StringComparison.Ordinal) => description,
        TimeSpan span => $"{description} (default {Typed(span)})",
        _ => string.Create(CultureInfo.InvariantCulture, $"{description} (default {otherwise})"),
    };

    /// <summary>As it would be typed: <c>3d</c>, <c>12h</c>, <c>30m</c>.</summary>
    public static string Typed(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(span switch
    {
        { TotalDays: >= 1 } => span.TotalDays,
        { TotalHours: >= 1 } => span.TotalHours,
        _ => span.TotalMinutes,
    }):0.##}{(span.TotalDays >= 1 ? 'd' : span.TotalHours >= 1 ? 'h' : 'm')}");

    /// <summary>Text from the ledger must not be able to write over other lines, nor to turn its own around.</summary>
    public static string Clean(string text) => PlainText.Shown(text);

    /// <summary>The same of a text of several lines.</summary>
    public static string CleanLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Clean));
}
