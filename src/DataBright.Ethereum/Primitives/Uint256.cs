using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;

namespace DataBright.Ethereum;

/// <summary>
/// A whole number from 0 to 2²⁵⁶ − 1, Solidity's <c>uint256</c>. Arithmetic is checked: what does not fit is an
/// <see cref="OverflowException"/>, never a wrapped number.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<Uint256>))]
public readonly record struct Uint256 : IComparable<Uint256>, IParsable<Uint256>
{
    private readonly ulong _limb0, _limb1, _limb2, _limb3;

    /// <summary>Puts the number together from four 64-bit limbs, the least significant first.</summary>
    public Uint256(ulong limb0, ulong limb1, ulong limb2, ulong limb3) =>
        (_limb0, _limb1, _limb2, _limb3) = (limb0, limb1, limb2, limb3);

    /// <summary>Reads up to 32 bytes as a big-endian number; no bytes are zero.</summary>
    /// <exception cref="ArgumentException">There are more than 32 bytes.</exception>
    public Uint256(ReadOnlySpan<byte> bigEndian)
    {
        if (bigEndian.Length > 32)
            throw new ArgumentException($"A 256-bit number has at most 32 bytes; these are {bigEndian.Length}.", nameof(bigEndian));
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        bigEndian.CopyTo(word[(32 - bigEndian.Length)..]);
        _limb3 = BinaryPrimitives.ReadUInt64BigEndian(word);
        _limb2 = BinaryPrimitives.ReadUInt64BigEndian(word[8..]);
        _limb1 = BinaryPrimitives.ReadUInt64BigEndian(word[16..]);
        _limb0 = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
    }

    /// <summary>Nothing.</summary>
    public static Uint256 Zero => default;

    /// <summary>One.</summary>
    public static Uint256 One => new(1, 0, 0, 0);

    /// <summary>2²⁵⁶ − 1, which contracts use for an allowance without end.</summary>
    public static Uint256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>Whether the number is zero.</summary>
    public bool IsZero => (_limb0 | _limb1 | _limb2 | _limb3) == 0;

    /// <summary>How many bits the number needs; zero needs none.</summary>
    public int BitLength =>
        _limb3 != 0 ? 256 - BitOperations.LeadingZeroCount(_limb3)
        : _limb2 != 0 ? 192 - BitOperations.LeadingZeroCount(_limb2)
        : _limb1 != 0 ? 128 - BitOperations.LeadingZeroCount(_limb1)
        : 64 - BitOperations.LeadingZeroCount(_limb0);

    /// <summary>How many bytes the number needs; zero needs none.</summary>
    public int ByteLength => (BitLength + 7) / 8;

    /// <summary>The 64-bit limb at <paramref name="index"/>, 0 being the least significant.</summary>
    internal ulong Limb(int index) => index switch { 0 => _limb0, 1 => _limb1, 2 => _limb2, _ => _limb3 };

    /// <summary>Writes all 32 bytes, the most significant first.</summary>
    public void WriteBigEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _limb3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _limb2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _limb1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _limb0);
    }

    /// <summary>The number as 32 big-endian bytes.</summary>
    public Hash32 ToHash32()
    {
        Span<byte> word = stackalloc byte[32];
        WriteBigEndian(word);
        return new Hash32(word);
    }

    /// <summary>Reads a decimal number, or a hexadecimal one after <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is no whole number.</exception>
    /// <exception cref="OverflowException">The number does not fit 256 bits.</exception>
    public static Uint256 Parse(string text)
    {
        if (TryRead(text, out var number, out var fits))
            return number;
        throw fits
            ? new FormatException(
                $"\"{(text?.Length > 100 ? text[..100] + "…" : text)}\" is no whole number: decimal digits, or 0x and hexadecimal digits, "
                + "are expected.")
            : new OverflowException($"{(text.Length > 100 ? text[..100] + "…" : text)} does not fit an unsigned 256-bit number.");
    }

    /// <summary>As <see cref="Parse(string)"/>, giving false instead of an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Uint256 number) => TryRead(text, out number, out _);

    static Uint256 IParsable<Uint256>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Uint256>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Uint256 result) =>
        TryParse(s, out result);

    /// <summary>Decimal digits without separators.</summary>
    public override string ToString() =>
        (_limb1 | _limb2 | _limb3) == 0
            ? _limb0.ToString(CultureInfo.InvariantCulture)
            : ((BigInteger)this).ToString(CultureInfo.InvariantCulture);

    /// <summary>The JSON-RPC quantity: <c>0x</c> and hexadecimal digits without leading zeros; zero is <c>0x0</c>.</summary>
    public string ToQuantity()
    {
        if (IsZero)
            return "0x0";
        Span<byte> word = stackalloc byte[32];
        WriteBigEndian(word);
        return string.Concat("0x", Convert.ToHexStringLower(word).AsSpan().TrimStart('0'));
    }

    /// <inheritdoc/>
    public int CompareTo(Uint256 other) =>
        _limb3 != other._limb3 ? _limb3.CompareTo(other._limb3)
        : _limb2 != other._limb2 ? _limb2.CompareTo(other._limb2)
        : _limb1 != other._limb1 ? _limb1.CompareTo(other._limb1)
        : _limb0.CompareTo(other._limb0);

    /// <summary>Every 64-bit number is one of these.</summary>
    public static implicit operator Uint256(ulong value) => new(value, 0, 0, 0);

    /// <summary>Every 32-bit number is one of these.</summary>
    public static implicit operator Uint256(uint value) => new(value, 0, 0, 0);

    /// <summary>Every 128-bit number is one of these.</summary>
    public static implicit operator Uint256(UInt128 value) => new((ulong)value, (ulong)(value >> 64), 0, 0);

    /// <summary>Takes a number that is not negative and fits 256 bits.</summary>
    /// <exception cref="OverflowException">It is negative or too large.</exception>
    public static explicit operator Uint256(BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[32];
        if (value.Sign < 0 || !value.TryWriteBytes(bytes, out var written, isUnsigned: true, isBigEndian: true))
            throw new OverflowException($"{value} does not fit an unsigned 256-bit number.");
        return new Uint256(bytes[..written]);
    }

    /// <summary>Narrows to 64 bits.</summary>
    /// <exception cref="OverflowException">The number is larger.</exception>
    public static explicit operator ulong(Uint256 value) =>
        (value._limb1 | value._limb2 | value._limb3) == 0 ? value._limb0 : throw new OverflowException($"{value} does not fit 64 bits.");

    /// <summary>Narrows to 128 bits.</summary>
    /// <exception cref="OverflowException">The number is larger.</exception>
    public static explicit operator UInt128(Uint256 value) =>
        (value._limb2 | value._limb3) == 0
            ? new UInt128(value._limb1, value._limb0)
            : throw new OverflowException($"{value} does not fit 128 bits.");

    /// <summary>The same number with no bound.</summary>
    public static explicit operator BigInteger(Uint256 value)
    {
        Span<byte> word = stackalloc byte[32];
        value.WriteBigEndian(word);
        return new BigInteger(word, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>The sum.</summary>
    /// <exception cref="OverflowException">It does not fit 256 bits.</exception>
    public static Uint256 operator +(Uint256 left, Uint256 right)
    {
        var low = (UInt128)left._limb0 + right._limb0;
        var second = (UInt128)left._limb1 + right._limb1 + (low >> 64);
        var third = (UInt128)left._limb2 + right._limb2 + (second >> 64);
        var high = (UInt128)left._limb3 + right._limb3 + (third >> 64);
        if (high >> 64 != 0)
            throw new OverflowException("The sum does not fit an unsigned 256-bit number.");
        return new Uint256((ulong)low, (ulong)second, (ulong)third, (ulong)high);
    }

    /// <summary>The difference.</summary>
    /// <exception cref="OverflowException">It would be negative.</exception>
    public static Uint256 operator -(Uint256 left, Uint256 right)
    {
        if (left < right)
            throw new OverflowException("The difference of two unsigned 256-bit numbers would be negative.");
        var low = (UInt128)left._limb0 - right._limb0;
        var second = (UInt128)left._limb1 - right._limb1 - (low >> 127);
        var third = (UInt128)left._limb2 - right._limb2 - (second >> 127);
        return new Uint256((ulong)low, (ulong)second, (ulong)third, left._limb3 - right._limb3 - (ulong)(third >> 127));
    }

    /// <summary>The product.</summary>
    /// <exception cref="OverflowException">It does not fit 256 bits.</exception>
    public static Uint256 operator *(Uint256 left, Uint256 right) => (Uint256)((BigInteger)left * (BigInteger)right);

    /// <summary>The quotient, rounded down.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="right"/> is zero.</exception>
    public static Uint256 operator /(Uint256 left, Uint256 right) => (Uint256)((BigInteger)left / (BigInteger)right);

    /// <summary>The remainder.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="right"/> is zero.</exception>
    public static Uint256 operator %(Uint256 left, Uint256 right) => (Uint256)((BigInteger)left % (BigInteger)right);

    /// <summary>Whether the first is smaller.</summary>
    public static bool operator <(Uint256 left, Uint256 right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first is larger.</summary>
    public static bool operator >(Uint256 left, Uint256 right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first is not larger.</summary>
    public static bool operator <=(Uint256 left, Uint256 right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first is not smaller.</summary>
    public static bool operator >=(Uint256 left, Uint256 right) => left.CompareTo(right) >= 0;

    private static bool TryRead([NotNullWhen(true)] string? text, out Uint256 number, out bool fits)
    {
        number = default;
        fits = true;
        var isHex = text?.StartsWith("0x", StringComparison.Ordinal) == true;
        var digits = isHex ? text.AsSpan(2) : text.AsSpan();
        if (digits.IsEmpty || (isHex ? !IsHex(digits) : digits.ContainsAnyExceptInRange('0', '9')))
            return false;
        digits = digits.TrimStart('0');
        // 2^256 has 78 decimal and 65 hexadecimal digits: longer text is refused before it is worked on.
        if (digits.Length > (isHex ? 64 : 78))
            return fits = false;
        var value = digits.IsEmpty ? BigInteger.Zero
            : isHex ? BigInteger.Parse(string.Concat("0", digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (value.GetBitLength() > 256)
            return fits = false;
        number = (Uint256)value;
        return true;

        static bool IsHex(ReadOnlySpan<char> span)
        {
            foreach (var digit in span)
                if (!char.IsAsciiHexDigit(digit))
                    return false;
            return true;
        }
    }
}
