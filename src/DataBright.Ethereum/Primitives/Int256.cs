using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;

namespace DataBright.Ethereum;

/// <summary>A whole number from −2²⁵⁵ to 2²⁵⁵ − 1 in two's complement, Solidity's <c>int256</c>.</summary>
[JsonConverter(typeof(ParsableJsonConverter<Int256>))]
public readonly record struct Int256 : IComparable<Int256>, IParsable<Int256>
{
    private readonly Uint256 _bits;

    private Int256(Uint256 bits) => _bits = bits;

    /// <summary>Whether the number is below zero.</summary>
    public bool IsNegative => _bits.Limb(3) >> 63 != 0;

    /// <summary>The number whose two's complement is <paramref name="bits"/>.</summary>
    public static Int256 FromBits(Uint256 bits) => new(bits);

    /// <summary>The two's complement.</summary>
    public Uint256 ToBits() => _bits;

    /// <summary>How many bits a two's complement of this number needs, the sign's included.</summary>
    public int BitLength => IsNegative ? Inverted.BitLength + 1 : _bits.BitLength + 1;

    private Uint256 Inverted => new(~_bits.Limb(0), ~_bits.Limb(1), ~_bits.Limb(2), ~_bits.Limb(3));

    /// <summary>Reads a decimal number, with a minus sign where it is negative.</summary>
    /// <exception cref="FormatException">The text is no whole number.</exception>
    /// <exception cref="OverflowException">The number does not fit.</exception>
    public static Int256 Parse(string text)
    {
        if (TryParse(text, out var number))
            return number;
        var shown = text?.Length > 100 ? text[..100] + "…" : text;
        throw Digits(text).Length > 0 && !Digits(text).ContainsAnyExceptInRange('0', '9')
            ? new OverflowException($"{shown} does not fit a signed 256-bit number.")
            : new FormatException($"\"{shown}\" is no whole number: decimal digits are expected, after a minus sign where it is negative.");
    }

    /// <summary>As <see cref="Parse(string)"/>, giving false instead of an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Int256 number)
    {
        number = default;
        var digits = Digits(text);
        if (text is null || digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || digits.TrimStart('0').Length > 77)
            return false;
        var value = BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (!Fits(value))
            return false;
        number = (Int256)value;
        return true;
    }

    static Int256 IParsable<Int256>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Int256>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Int256 result) =>
        TryParse(s, out result);

    /// <summary>Decimal digits, with a minus sign where it is negative.</summary>
    public override string ToString() => ((BigInteger)this).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public int CompareTo(Int256 other) =>
        IsNegative != other.IsNegative ? (IsNegative ? -1 : 1) : _bits.CompareTo(other._bits);

    /// <summary>Every 64-bit number is one of these.</summary>
    public static implicit operator Int256(long value)
    {
        var sign = (ulong)(value >> 63);
        return new Int256(new Uint256((ulong)value, sign, sign, sign));
    }

    /// <summary>Every 128-bit number is one of these.</summary>
    public static implicit operator Int256(Int128 value)
    {
        var sign = Int128.IsNegative(value) ? ulong.MaxValue : 0;
        return new Int256(new Uint256((ulong)(UInt128)value, (ulong)((UInt128)value >> 64), sign, sign));
    }

    /// <summary>Takes a number that fits.</summary>
    /// <exception cref="OverflowException">It does not.</exception>
    public static explicit operator Int256(BigInteger value) =>
        Fits(value)
            ? new Int256((Uint256)(value.Sign < 0 ? value + (BigInteger.One << 256) : value))
            : throw new OverflowException($"{value} does not fit a signed 256-bit number.");

    /// <summary>The same number with no bound.</summary>
    public static explicit operator BigInteger(Int256 value) =>
        value.IsNegative ? -(BigInteger)value.Inverted - 1 : (BigInteger)value._bits;

    /// <summary>Narrows to 64 bits.</summary>
    /// <exception cref="OverflowException">The number needs more.</exception>
    public static explicit operator long(Int256 value) =>
        value.BitLength <= 64 ? (long)value._bits.Limb(0) : throw new OverflowException($"{value} does not fit 64 signed bits.");

    /// <summary>Narrows to 128 bits.</summary>
    /// <exception cref="OverflowException">The number needs more.</exception>
    public static explicit operator Int128(Int256 value) =>
        value.BitLength <= 128
            ? new Int128(value._bits.Limb(1), value._bits.Limb(0))
            : throw new OverflowException($"{value} does not fit 128 signed bits.");

    /// <summary>Whether the first is smaller.</summary>
    public static bool operator <(Int256 left, Int256 right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first is larger.</summary>
    public static bool operator >(Int256 left, Int256 right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first is not larger.</summary>
    public static bool operator <=(Int256 left, Int256 right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first is not smaller.</summary>
    public static bool operator >=(Int256 left, Int256 right) => left.CompareTo(right) >= 0;

    private static bool Fits(BigInteger value) => value.GetBitLength() <= 255;

    private static ReadOnlySpan<char> Digits(string? text) =>
        text.AsSpan() is ['-', .. var digits] ? digits : text.AsSpan();
}
