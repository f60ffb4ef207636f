using System.Security.Cryptography;
using Secp256k1Net;

namespace DataBright.Ethereum;

/// <summary>The curve secp256k1, by libsecp256k1: the library that Bitcoin Core maintains, constant-time wherever a secret is touched.</summary>
internal static class Curve
{
    private const int InternalKey = 64;
    private const int InternalSignature = 65;

    private static readonly Secp256k1 Library = new();

    /// <summary>Whether the bytes are a private key: from 1 to the order minus one.</summary>
    public static bool IsSecret(ReadOnlySpan<byte> secret) => Library.EcSeckeyVerify(secret);

    /// <summary>The public key of a secret: x and y.</summary>
    public static void PublicOf(ReadOnlySpan<byte> secret, Span<byte> coordinates)
    {
        Span<byte> key = stackalloc byte[InternalKey];
        if (!Library.EcPubkeyCreate(key, secret)) throw new CryptographicException("The bytes are no private key of secp256k1.");
        Write(key, coordinates);
    }

    /// <summary>Reads a public key in any of its forms; false where it is no point of the curve.</summary>
    public static bool TryRead(ReadOnlySpan<byte> form, Span<byte> coordinates)
    {
        Span<byte> key = stackalloc byte[InternalKey];
        if (!Library.EcPubkeyParse(key, form)) return false;
        Write(key, coordinates);
        return true;
    }

    /// <summary>Signs with the nonce of RFC 6979; s is in the lower half.</summary>
    /// <returns>The recovery number, whose first bit is the parity of the nonce point's y.</returns>
    public static int Sign(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> secret, Span<byte> compact)
    {
        Span<byte> signature = stackalloc byte[InternalSignature];
        if (!Library.EcdsaSignRecoverable(signature, digest, secret)) throw new CryptographicException("libsecp256k1 made no signature.");
        Library.EcdsaRecoverableSignatureSerializeCompact(compact, out var recovery, signature);
        return recovery;
    }

    /// <summary>The public key that made a signature; false where no key can have.</summary>
    public static bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> compact, int recovery, Span<byte> coordinates)
    {
        Span<byte> signature = stackalloc byte[InternalSignature];
        Span<byte> key = stackalloc byte[InternalKey];
        if (!Library.EcdsaRecoverableSignatureParseCompact(signature, compact, recovery) || !Library.EcdsaRecover(key, signature, digest)) return false;
        Write(key, coordinates);
        return true;
    }

    /// <summary>The whole Diffie-Hellman point, x and y, in constant time.</summary>
    public static void Share(ReadOnlySpan<byte> theirs, ReadOnlySpan<byte> secret, Span<byte> coordinates)
    {
        Span<byte> key = stackalloc byte[InternalKey];
        if (!Library.EcPubkeyParse(key, theirs)) throw new CryptographicException("The bytes are no point of secp256k1.");
        // The library hands the point to a function that hashes it; this one only takes it down.
        var point = new byte[64];
        Span<byte> unused = stackalloc byte[32];
        if (!Library.Ecdh(unused, key, secret, Keep, IntPtr.Zero)) throw new CryptographicException("There is no common point.");
        point.CopyTo(coordinates);
        CryptographicOperations.ZeroMemory(point);

        int Keep(Span<byte> output, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, IntPtr data)
        {
            x.CopyTo(point);
            y.CopyTo(point.AsSpan(32));
            return 1;
        }
    }

    private static void Write(ReadOnlySpan<byte> key, Span<byte> coordinates)
    {
        Span<byte> form = stackalloc byte[PublicKey.UncompressedSize];
        UIntPtr length = PublicKey.UncompressedSize;
        Library.EcPubkeySerialize(form, ref length, key, Secp256k1EcFlags.Uncompressed);
        form[1..].CopyTo(coordinates);
    }
}

/// <summary>The number of points of secp256k1.</summary>
internal static class CurveOrder
{
    /// <summary>n.</summary>
    public static Uint256 N { get; } = new(0xBFD25E8CD0364141, 0xBAAEDCE6AF48A03B, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF);

    /// <summary>n/2 rounded down, the largest s that EIP-2 allows.</summary>
    public static Uint256 HalfN { get; } = new(0xDFE92F46681B20A0, 0x5D576E7357A4501D, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF);

    /// <summary>Whether the number is from 1 to n − 1.</summary>
    public static bool Contains(Uint256 number) => !number.IsZero && number < N;

    /// <summary>The number below n that is −a modulo n.</summary>
    public static Uint256 Negate(Uint256 a) => a.IsZero ? a : N - a;
}
