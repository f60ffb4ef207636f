using System.Security.Cryptography;

namespace DataBright.Ethereum;

/// <summary>An ECDSA signature over secp256k1 with what it takes to recover the key that made it.</summary>
/// <param name="R">The x coordinate of the nonce point, modulo the curve's order.</param>
/// <param name="S">The proof; at most half the order, so that nobody can give a signature a second form (EIP-2).</param>
/// <param name="YParity">Whether the nonce point's y is odd.</param>
public readonly record struct Signature(Uint256 R, Uint256 S, bool YParity)
{
    /// <summary>Bytes of r, s and v.</summary>
    public const int Size = 65;

    /// <summary>Reads r, s and v, where v is 27 or 28, or 0 or 1.</summary>
    /// <exception cref="FormatException">There are not 65 bytes, or v is something else.</exception>
    public static Signature FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new FormatException($"A signature has 65 bytes; these are {bytes.Length}.");
        return bytes[64] is 0 or 1 or 27 or 28
            ? new Signature(new Uint256(bytes[..32]), new Uint256(bytes[32..64]), bytes[64] is 1 or 28)
            : throw new FormatException($"A signature ends with 27, 28, 0 or 1; this one ends with {bytes[64]}.");
    }

    /// <summary>Reads the hexadecimal form.</summary>
    /// <exception cref="FormatException">The text is no signature.</exception>
    public static Signature Parse(string text) => FromBytes(Hex.Decode(text));

    /// <summary>The account whose key signed <paramref name="digest"/>.</summary>
    /// <exception cref="CryptographicException">No key can have made the signature, or its s is in the upper half.</exception>
    public static Address Recover(Hash32 digest, Signature signature) => signature.RecoverKey(digest).Address;

    /// <summary>The public key that signed <paramref name="digest"/>.</summary>
    /// <remarks>The digest must be a hash that the verifier made itself: for a chosen digest anyone can find signatures.</remarks>
    /// <exception cref="CryptographicException">No key can have made the signature, or its s is in the upper half.</exception>
    public PublicKey RecoverKey(Hash32 digest)
    {
        if (!CurveOrder.Contains(R) || S.IsZero)
            throw new CryptographicException("The signature is void: r or s is zero or too large.");
        if (S > CurveOrder.HalfN)
            throw new CryptographicException("The signature's s is in the upper half of its range, which EIP-2 forbids.");
        return TryRecover(digest, out var key)
            ? key
            : throw new CryptographicException("The signature is void: r is no point of the curve, or it leads to the point at infinity.");
    }

    /// <summary>
    /// Whether the account's key signed <paramref name="digest"/>: true exactly where <see cref="Recover"/> gives this account.
    /// </summary>
    public bool IsBy(Address account, Hash32 digest) => IsProper && TryRecover(digest, out var signer) && signer.Address == account;

    internal bool IsBy(PublicKey key, Hash32 digest) => IsProper && TryRecover(digest, out var signer) && signer == key;

    private bool IsProper => CurveOrder.Contains(R) && !S.IsZero && S <= CurveOrder.HalfN;

    private bool TryRecover(Hash32 digest, out PublicKey key)
    {
        Span<byte> compact = stackalloc byte[64];
        Span<byte> point = stackalloc byte[Curve.PointSize];
        R.WriteBigEndian(compact);
        S.WriteBigEndian(compact[32..]);
        var found = Curve.TryRecover(digest.AsSpan(), compact, YParity ? 1 : 0, point);
        key = found ? new PublicKey(point) : default;
        return found;
    }

    /// <summary>r, s and v, where v is 27 or 28.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        R.WriteBigEndian(bytes);
        S.WriteBigEndian(bytes.AsSpan(32));
        bytes[64] = YParity ? (byte)28 : (byte)27;
        return bytes;
    }

    /// <summary>The 65 bytes in hexadecimal.</summary>
    public override string ToString() => Hex.Encode(ToBytes());
}
