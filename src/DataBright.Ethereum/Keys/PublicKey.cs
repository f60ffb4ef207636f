namespace DataBright.Ethereum;

/// <summary>A public key: a point of secp256k1.</summary>
public readonly record struct PublicKey
{
    /// <summary>Bytes of the form that has x and the parity of y.</summary>
    public const int CompressedSize = 33;

    /// <summary>Bytes of the form that has x and y after a byte 0x04.</summary>
    public const int UncompressedSize = 65;

    private readonly Uint256 _x;
    private readonly Uint256 _y;

    internal PublicKey(ReadOnlySpan<byte> coordinates) => (_x, _y) = (new Uint256(coordinates[..32]), new Uint256(coordinates[32..]));

    /// <summary>The account that the key speaks for: the last 20 bytes of the hash of x and y.</summary>
    public Address Address
    {
        get
        {
            Span<byte> coordinates = stackalloc byte[64];
            _x.WriteBigEndian(coordinates);
            _y.WriteBigEndian(coordinates[32..]);
            return Ethereum.Address.FromHash(Keccak.Hash(coordinates));
        }
    }

    /// <summary>Reads 33 bytes (02 or 03, x), 65 bytes (04, x, y) or 64 bytes (x, y).</summary>
    /// <exception cref="FormatException">The bytes are none of these, or the point is not on the curve.</exception>
    public static PublicKey Parse(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> form = bytes switch
        {
            [2 or 3, ..] when bytes.Length == CompressedSize => bytes,
            [4, ..] when bytes.Length == UncompressedSize => bytes,
            _ when bytes.Length == UncompressedSize - 1 => (byte[])[4, .. bytes],
            _ => throw new FormatException(
                $"A public key has 33 bytes that start with 02 or 03, 65 that start with 04, or 64; these {bytes.Length} are something "
                + "else."),
        };
        Span<byte> coordinates = stackalloc byte[64];
        return Curve.TryRead(form, coordinates)
            ? new PublicKey(coordinates)
            : throw new FormatException("The public key is no point of secp256k1.");
    }

    /// <summary>Reads the hexadecimal form of what <see cref="Parse(ReadOnlySpan{byte})"/> reads.</summary>
    /// <exception cref="FormatException">The text is no public key.</exception>
    public static PublicKey Parse(string text) => Parse(Hex.Decode(text).AsSpan());

    /// <summary>02 or 03 by the parity of y, then x: 33 bytes.</summary>
    public byte[] ToCompressed()
    {
        var bytes = new byte[CompressedSize];
        Span<byte> y = stackalloc byte[32];
        _y.WriteBigEndian(y);
        bytes[0] = (byte)(2 | (y[31] & 1));
        _x.WriteBigEndian(bytes.AsSpan(1));
        return bytes;
    }

    /// <summary>04, x, y: 65 bytes.</summary>
    public byte[] ToUncompressed()
    {
        var bytes = new byte[UncompressedSize];
        bytes[0] = 4;
        _x.WriteBigEndian(bytes.AsSpan(1));
        _y.WriteBigEndian(bytes.AsSpan(33));
        return bytes;
    }

    /// <summary>The compressed form in hexadecimal.</summary>
    public override string ToString() => Hex.Encode(ToCompressed());
}
