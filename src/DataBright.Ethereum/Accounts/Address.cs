using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace DataBright.Ethereum;

/// <summary>The 20 bytes that name an account or a contract.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
[JsonConverter(typeof(ParsableJsonConverter<Address>))]
public readonly record struct Address : IComparable<Address>, IParsable<Address>
{
    /// <summary>Bytes in an address.</summary>
    public const int Size = 20;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly uint _third;

    /// <summary>Takes the address from its bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 20 bytes.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"An address has 20 bytes; these are {bytes.Length}.", nameof(bytes));
        _first = MemoryMarshal.Read<ulong>(bytes);
        _second = MemoryMarshal.Read<ulong>(bytes[8..]);
        _third = MemoryMarshal.Read<uint>(bytes[16..]);
    }

    /// <summary>The address of nobody, twenty zero bytes.</summary>
    public static Address Zero => default;

    /// <summary>Whether this is <see cref="Zero"/>.</summary>
    public bool IsZero => this == default;

    /// <summary>The twenty bytes, seen in place.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsSpan() =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<ulong, byte>(ref Unsafe.AsRef(in _first)), Size);

    /// <summary>Copies the twenty bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => AsSpan().CopyTo(destination);

    /// <summary>As an indexed parameter of an event stands among its topics: in the last twenty of 32 bytes.</summary>
    public Hash32 ToTopic()
    {
        Span<byte> topic = stackalloc byte[Hash32.Size];
        topic.Clear();
        CopyTo(topic[(Hash32.Size - Size)..]);
        return new Hash32(topic);
    }

    /// <summary>The twenty bytes in a new array.</summary>
    public byte[] ToArray() => AsSpan().ToArray();

    /// <summary>
    /// The contract that this account or contract makes with its transaction, or creation, of that number (yellow paper, section 7).
    /// </summary>
    public Address Creates(ulong nonce)
    {
        var rlp = new RlpWriter();
        rlp.BeginList();
        rlp.Write(AsSpan());
        rlp.Write((Uint256)nonce);
        rlp.End();
        return FromHash(Keccak.Hash(rlp.Written));
    }

    /// <summary>The last twenty bytes of a hash, as accounts and contracts are named.</summary>
    internal static Address FromHash(Hash32 hash) => new(hash.AsSpan()[12..]);

    /// <summary>Reads <c>0x</c> and forty digits. Digits in mixed case must carry the right EIP-55 checksum.</summary>
    /// <exception cref="FormatException">The text is no address, or its checksum is wrong.</exception>
    public static Address Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text is null || !text.StartsWith("0x", StringComparison.Ordinal) || !Hex.TryDecode(text, bytes))
            throw new FormatException($"\"{Shown(text)}\" is no address: 0x and forty hexadecimal digits are expected.");
        var address = new Address(bytes);
        if (IsMixedCase(text) && address.ToString() != text)
            throw new FormatException($"The checksum of address {text} is wrong: a digit was mistyped, or the letters' case was changed.");
        return address;
    }

    /// <summary>As <see cref="Parse(string)"/>, giving false instead of an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Address address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        address = default;
        if (text is null || !text.StartsWith("0x", StringComparison.Ordinal) || !Hex.TryDecode(text, bytes))
            return false;
        var read = new Address(bytes);
        if (IsMixedCase(text) && read.ToString() != text)
            return false;
        address = read;
        return true;
    }

    static Address IParsable<Address>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Address>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Address result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public int CompareTo(Address other) => AsSpan().SequenceCompareTo(other.AsSpan());

    /// <summary>The EIP-55 form: the case of each letter is a bit of the hash of the lower-case digits.</summary>
    public override string ToString() => string.Create(2 + 2 * Size, this, static (text, address) =>
    {
        "0x".CopyTo(text);
        var digits = text[2..];
        Convert.TryToHexStringLower(address.AsSpan(), digits, out _);
        Span<byte> ascii = stackalloc byte[2 * Size];
        for (var i = 0; i < ascii.Length; i++)
            ascii[i] = (byte)digits[i];
        var hash = Keccak.Hash(ascii);
        for (var i = 0; i < digits.Length; i++)
        {
            var nibble = hash.AsSpan()[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf;
            if (nibble >= 8)
                digits[i] = char.ToUpperInvariant(digits[i]);
        }
    });

    /// <summary>Whether the first comes before the second as a number.</summary>
    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first comes after the second as a number.</summary>
    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first does not come after the second as a number.</summary>
    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first does not come before the second as a number.</summary>
    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;

    private static bool IsMixedCase(ReadOnlySpan<char> text)
    {
        var digits = Hex.Digits(text);
        return digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
    }

    private static string Shown(string? text) => text is null ? "" : text.Length <= 80 ? text : text[..80] + "…";
}
