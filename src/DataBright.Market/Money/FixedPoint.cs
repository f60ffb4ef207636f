using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Market;

/// <summary>Decimal text for whole numbers of small units. No floating point comes near an amount.</summary>
internal static class FixedPoint
{
    public static UInt128 Parse(string text, int decimals, string what) =>
        TryParse(text, decimals, out var units)
            ? units
            : throw new FormatException($"'{text}' is not {what}: write digits with at most {decimals} decimals, such as 12 or 12.5.");

    public static bool TryParse(string? text, int decimals, out UInt128 units)
    {
        units = 0;
        if (text is null) return false;
        int point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var part = point < 0 ? "" : text[(point + 1)..];
        if (whole.Length == 0 || (point >= 0 && part.Length == 0) || part.Length > decimals) return false;
        return UInt128.TryParse(whole + part.PadRight(decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out units);
    }

    public static string Format(UInt128 units, int decimals, int minDecimals)
    {
        var digits = units.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var part = digits[^decimals..].TrimEnd('0').PadRight(minDecimals, '0');
        return part.Length == 0 ? digits[..^decimals] : $"{digits[..^decimals]}.{part}";
    }

    public static UInt128 MultiplyDivideDown(UInt128 value, UInt128 numerator, UInt128 denominator) =>
        checked((UInt128)((BigInteger)value * numerator / denominator));
}

/// <summary>Amounts are text in JSON: its numbers lose digits in most programs.</summary>
internal sealed class ParsedTextConverter<T> : JsonConverter<T> where T : struct, IParsable<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new JsonException($"'{reader.GetString()}' is not an amount.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
