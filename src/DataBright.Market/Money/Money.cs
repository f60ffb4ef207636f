using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>An amount of the market's dollar, in units of a millionth.</summary>
[JsonConverter(typeof(ParsedTextConverter<Money>))]
public readonly record struct Money(UInt128 Units) : IComparable<Money>, IParsable<Money>
{
    public const int Decimals = 6;

    public static Money Zero => default;

    /// <summary>The largest amount. It stands for itself and for every larger one.</summary>
    public static Money Most => new(UInt128.MaxValue);

    public static Money Dollars(ulong dollars) => new((UInt128)dollars * 1_000_000);

    public static implicit operator Uint256(Money money) => money.Units;

    /// <summary>Reads an amount of a contract; <see cref="Most"/> where it is larger.</summary>
    public static explicit operator Money(Uint256 units) => new(Figures.Amount(units));

    /// <summary>Reads dollars such as <c>12</c>, <c>12.5</c> or <c>0.000001</c>.</summary>
    /// <exception cref="FormatException">It is no such number, or finer than a millionth.</exception>
    public static Money Parse(string text) => new(FixedPoint.Parse(text, Decimals, "an amount of money"));

    public static bool TryParse(string? text, out Money money)
    {
        bool good = FixedPoint.TryParse(text, Decimals, out var units);
        money = new Money(units);
        return good;
    }

    static Money IParsable<Money>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Money>.TryParse(string? s, IFormatProvider? provider, out Money result) => TryParse(s, out result);

    /// <summary>This amount times a fraction, any remainder dropped.</summary>
    public Money TimesDown(UInt128 numerator, UInt128 denominator) => new(FixedPoint.MultiplyDivideDown(Units, numerator, denominator));

    /// <summary>All of some amounts together; <see cref="Most"/> where that is more.</summary>
    public static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Zero, (sum, amount) => sum.Plus(amount));

    /// <summary>This amount and another, <see cref="Most"/> where that is more: for amounts that somebody else wrote.</summary>
    public Money Plus(Money other) => new(UInt128.MaxValue - Units < other.Units ? UInt128.MaxValue : Units + other.Units);

    /// <summary>What this amount is above another, nothing where it is below: for amounts that somebody else wrote.</summary>
    public Money Above(Money other) => new(Units > other.Units ? Units - other.Units : 0);

    public int CompareTo(Money other) => Units.CompareTo(other.Units);

    /// <summary>Dollars with at least two decimals, and more only where they say something: <c>12.50</c>, <c>0.000001</c>.</summary>
    public override string ToString() => FixedPoint.Format(Units, Decimals, minDecimals: 2);

    public static Money operator +(Money left, Money right) => new(checked(left.Units + right.Units));

    public static Money operator -(Money left, Money right) => new(checked(left.Units - right.Units));

    public static Money operator *(Money money, ulong times) => new(checked(money.Units * times));

    public static bool operator <(Money left, Money right) => left.Units < right.Units;

    public static bool operator >(Money left, Money right) => left.Units > right.Units;

    public static bool operator <=(Money left, Money right) => left.Units <= right.Units;

    public static bool operator >=(Money left, Money right) => left.Units >= right.Units;
}
