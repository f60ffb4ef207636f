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
        // An x between n and p would leave r below p − n: one signature in 2^127, which no wallet and no contract takes.
        Span<byte> bytes = stackalloc byte[32];
        R.WriteBigEndian(bytes);
        FieldElement.TryRead(bytes, out var x);
        if (AffinePoint.At(x, YParity) is not { } nonce)
            throw new CryptographicException("The signature is void: r is no point of the curve.");

        var z = CurveOrder.Reduce(new Uint256(digest.AsSpan()));
        var (ofGenerator, ofNonce) = CurveOrder.Divide(CurveOrder.Negate(z), S, R);
        return CurvePoint.Combine(ofGenerator, ofNonce, nonce).ToAffine() is { } key
            ? new PublicKey(key)
            : throw new CryptographicException("The signature is void: it leads to the point at infinity.");
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
