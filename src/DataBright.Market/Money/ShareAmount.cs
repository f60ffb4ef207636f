using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>An amount of a dataset's shares, in units of 10⁻¹⁸ share.</summary>
[JsonConverter(typeof(ParsedTextConverter<ShareAmount>))]
public readonly record struct ShareAmount(UInt128 Units) : IComparable<ShareAmount>, IParsable<ShareAmount>
{
    public const int Decimals = 18;

    public static ShareAmount Zero => default;

    /// <summary>The largest amount. It stands for itself and for every larger one.</summary>
    public static ShareAmount Most => new(UInt128.MaxValue);

    public static ShareAmount Whole(ulong shares) => new((UInt128)shares * 1_000_000_000_000_000_000);

    public static implicit operator Uint256(ShareAmount shares) => shares.Units;

    /// <summary>Reads an amount of a contract; <see cref="Most"/> where it is larger.</summary>
    public static explicit operator ShareAmount(Uint256 units) => new(Figures.Amount(units));

    /// <summary>Reads shares such as <c>12</c> or <c>12.5</c>.</summary>
    /// <exception cref="FormatException">It is no such number, or finer than 10⁻¹⁸.</exception>
    public static ShareAmount Parse(string text) => new(FixedPoint.Parse(text, Decimals, "an amount of shares"));

    public static bool TryParse(string? text, out ShareAmount shares)
    {
        bool good = FixedPoint.TryParse(text, Decimals, out var units);
        shares = new ShareAmount(units);
        return good;
    }

    static ShareAmount IParsable<ShareAmount>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ShareAmount>.TryParse(string? s, IFormatProvider? provider, out ShareAmount result) => TryParse(s, out result);

    /// <summary>This amount and another, <see cref="Most"/> where that is more: for amounts that somebody else wrote.</summary>
    public ShareAmount Plus(ShareAmount other) => new(UInt128.MaxValue - Units < other.Units ? UInt128.MaxValue : Units + other.Units);

    public int CompareTo(ShareAmount other) => Units.CompareTo(other.Units);

    public override string ToString() => FixedPoint.Format(Units, Decimals, minDecimals: 0);

    public static ShareAmount operator +(ShareAmount left, ShareAmount right) => new(checked(left.Units + right.Units));

    public static ShareAmount operator -(ShareAmount left, ShareAmount right) => new(checked(left.Units - right.Units));

    public static ShareAmount operator *(ShareAmount shares, ulong times) => new(checked(shares.Units * times));

    public static bool operator <(ShareAmount left, ShareAmount right) => left.Units < right.Units;

    public static bool operator >(ShareAmount left, ShareAmount right) => left.Units > right.Units;

    public static bool operator <=(ShareAmount left, ShareAmount right) => left.Units <= right.Units;

    public static bool operator >=(ShareAmount left, ShareAmount right) => left.Units >= right.Units;
}
