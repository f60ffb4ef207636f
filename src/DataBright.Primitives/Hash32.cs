using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace DataBright;

/// <summary>Thirty-two bytes: a hash, a root, a topic, a <c>bytes32</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
[JsonConverter(typeof(ParsableJsonConverter<Hash32>))]
public readonly record struct Hash32 : IComparable<Hash32>, IParsable<Hash32>
{
    /// <summary>Bytes in a hash.</summary>
    public const int Size = 32;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Takes the hash from its bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A hash has 32 bytes; these are {bytes.Length}.", nameof(bytes));
        _first = MemoryMarshal.Read<ulong>(bytes);
        _second = MemoryMarshal.Read<ulong>(bytes[8..]);
        _third = MemoryMarshal.Read<ulong>(bytes[16..]);
        _fourth = MemoryMarshal.Read<ulong>(bytes[24..]);
    }

    /// <summary>Thirty-two zero bytes.</summary>
    public static Hash32 Zero => default;

    /// <summary>Whether this is <see cref="Zero"/>.</summary>
    public bool IsZero => this == default;

    /// <summary>The thirty-two bytes, seen in place.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<ulong, byte>(ref Unsafe.AsRef(in _first)), Size);

    /// <summary>Copies the thirty-two bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => AsSpan().CopyTo(destination);

    /// <summary>The thirty-two bytes in a new array.</summary>
    public byte[] ToArray() => AsSpan().ToArray();

    /// <summary>The same bytes, where they are known to be the SHA-256 of something.</summary>
    public Digest ToDigest() => new(this);

    /// <summary>Reads <c>0x</c> and sixty-four digits, in either case.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Hash32 Parse(string text) =>
        TryParse(text, out var hash)
            ? hash
            : throw new FormatException(
                $"\"{(text?.Length > 80 ? text[..80] + "…" : text)}\" is no hash: 0x and sixty-four hexadecimal digits are expected.");

    /// <summary>As <see cref="Parse(string)"/>, giving false instead of an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var read = text is not null && text.StartsWith("0x", StringComparison.Ordinal) && Hex.TryDecode(text, bytes);
        hash = read ? new Hash32(bytes) : default;
        return read;
    }

    static Hash32 IParsable<Hash32>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Hash32>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Hash32 result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public int CompareTo(Hash32 other) => AsSpan().SequenceCompareTo(other.AsSpan());

    /// <summary><c>0x</c> and sixty-four lower-case digits.</summary>
    public override string ToString() => Hex.Encode(AsSpan());

    /// <summary>Whether the first comes before the second as a number.</summary>
    public static bool operator <(Hash32 left, Hash32 right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first comes after the second as a number.</summary>
    public static bool operator >(Hash32 left, Hash32 right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first does not come after the second as a number.</summary>
    public static bool operator <=(Hash32 left, Hash32 right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first does not come before the second as a number.</summary>
    public static bool operator >=(Hash32 left, Hash32 right) => left.CompareTo(right) >= 0;
}
