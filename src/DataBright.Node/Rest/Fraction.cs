using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;

namespace DataBright.Node.Rest;

/// <summary>A part of one in parts per million, as the ledger keeps accuracies. In JSON it is a decimal number.</summary>
[JsonConverter(typeof(FractionConverter))]
public readonly record struct Fraction(long PartsPerMillion) : IComparable<Fraction>
{
    public const int One = 1_000_000;

    public static Fraction OfBasisPoints(int basisPoints) => new(basisPoints * 100L);

    /// <summary>Null of nothing that was measured.</summary>
    public static Fraction? OfPpm(long? partsPerMillion) => partsPerMillion is { } parts ? new Fraction(parts) : null;

    /// <summary>
    /// As much as is told apart: a million times the whole. A larger part, which a stranger's figures can make, is shown as this.
    /// </summary>
    private const long Most = 1_000_000L * One;

    /// <summary>A part of a whole, rounded to the nearest millionth; zero of nothing.</summary>
    public static Fraction Of(UInt128 part, UInt128 whole) => whole == 0
        ? default
        : new((long)BigInteger.Min(Most, ((BigInteger)part * One + (BigInteger)whole / 2) / (BigInteger)whole));

    /// <summary>Rounds to the nearest millionth; zero for what is no number.</summary>
    public static Fraction Near(double part) => new(double.IsNaN(part) ? 0 : (long)Math.Clamp(Math.Round(part * One), -Most, Most));

    public double Value => PartsPerMillion / (double)One;

    public int CompareTo(Fraction other) => PartsPerMillion.CompareTo(other.PartsPerMillion);

    /// <summary>Such as <c>98.62 %</c>.</summary>
    public string ToPercent(int decimals = 2) => (PartsPerMillion / 10_000m).ToString("F" + decimals, CultureInfo.InvariantCulture) + " %";

    /// <summary>Such as <c>+1.24</c>: percentage points with their sign.</summary>
    public string ToPoints(int decimals = 2)
    {
        decimal points = Math.Round(PartsPerMillion / 10_000m, decimals, MidpointRounding.AwayFromZero);
        var digits = Math.Abs(points).ToString("F" + decimals, CultureInfo.InvariantCulture);
        return points switch { > 0 => "+" + digits, < 0 => "−" + digits, _ => "±" + digits };
    }

    public override string ToString() => ToPercent();

    public static Fraction operator -(Fraction left, Fraction right) => new(Within((Int128)left.PartsPerMillion - right.PartsPerMillion));

    public static Fraction operator +(Fraction left, Fraction right) => new(Within((Int128)left.PartsPerMillion + right.PartsPerMillion));

    private static long Within(Int128 parts) => (long)Int128.Clamp(parts, long.MinValue, long.MaxValue);

    public static bool operator <(Fraction left, Fraction right) => left.PartsPerMillion < right.PartsPerMillion;

    public static bool operator >(Fraction left, Fraction right) => left.PartsPerMillion > right.PartsPerMillion;

    public static bool operator <=(Fraction left, Fraction right) => left.PartsPerMillion <= right.PartsPerMillion;

    public static bool operator >=(Fraction left, Fraction right) => left.PartsPerMillion >= right.PartsPerMillion;
}
