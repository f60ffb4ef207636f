using DataBright.Node.Rest;
using System.Globalization;
using DataBright.Ethereum;

namespace DataBright.Node.Web;

/// <summary>How facts are written for people: numbers that line up, times that can be grasped, hashes cut in the middle.</summary>
public static class Wording
{
    private const string ThinSpace = "\u202F";

    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = ThinSpace, NumberGroupSizes = [3] };

    /// <summary>Such as <c>60 000</c>, with narrow spaces that do not break.</summary>
    public static string Count(long number) => number.ToString("#,0", Grouped);

    /// <summary>Such as <c>1 shard</c> and <c>3 shards</c>.</summary>
    public static string Count(long number, string one, string? many = null) =>
        $"{Count(number)} {(number == 1 ? one : many ?? one + "s")}";

    public static string Dollars(Market.Money money)
    {
        if (money == Market.Money.Most) return "more dollars than can be counted";
        var text = money.ToString();
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return "$" + Group(text[..point]) + text[point..];
    }

    /// <summary>Shares with at most two decimals, any rest dropped; less than a hundredth is said to be so.</summary>
    public static string Shares(Market.ShareAmount shares)
    {
        if (shares.Units == 0) return "0";
        if (shares == Market.ShareAmount.Most) return "more than can be counted";
        UInt128 hundredths = shares.Units / 10_000_000_000_000_000;
        if (hundredths == 0) return "<0.01";
        var whole = Group((hundredths / 100).ToString(CultureInfo.InvariantCulture));
        var part = (int)(hundredths % 100);
        return part == 0 ? whole : $"{whole}.{part:00}";
    }

    public static string Short(Address address)
    {
        var text = address.ToString();
        return $"{text[..6]}…{text[^4..]}";
    }

    public static string Short(Hash32 hash)
    {
        var text = hash.ToString();
        return $"{text[..10]}…{text[^6..]}";
    }

    /// <summary>Words of a stranger, as they may be shown and as far as there is room.</summary>
    public static string Cut(string text, int most) => Market.PlainText.Cut(text, most);

    public static string Day(DateTimeOffset time) =>
        ChainTime.IsBeyond(time) ? ChainTime.Beyond : time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Minute(DateTimeOffset time) =>
        ChainTime.IsBeyond(time) ? ChainTime.Beyond : time.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>For the <c>datetime</c> attribute.</summary>
    public static string Machine(DateTimeOffset time) => JsonForms.TimeText(time);

    /// <summary>Such as <c>3 hours ago</c> or <c>in 2 days</c>.</summary>
    public static string Relative(DateTimeOffset time, DateTimeOffset now)
    {
        if (ChainTime.IsBeyond(time)) return ChainTime.Beyond;
        var span = now - time;
        if (span.Duration() < TimeSpan.FromSeconds(45)) return "just now";
        var length = Length(span.Duration());
        return span > TimeSpan.Zero ? $"{length} ago" : $"in {length}";
    }

    public static string Length(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => Count((long)Math.Round(span.TotalSeconds), "second"),
        { TotalMinutes: < 90 } => Count((long)Math.Round(span.TotalMinutes), "minute"),
        { TotalHours: < 36 } => Count((long)Math.Round(span.TotalHours), "hour"),
        _ => Count((long)Math.Round(span.TotalDays), "day"),
    };

    private static string Group(string digits)
    {
        for (int at = digits.Length - 3; at > 0; at -= 3) digits = digits.Insert(at, ThinSpace);
        return digits;
    }
}
