using System.Security.Cryptography;
using Secp256k1Net;

namespace DataBright.Ethereum;

/// <summary>
/// The curve secp256k1, by libsecp256k1: the library that Bitcoin Core maintains, constant-time wherever a secret is touched.
/// </summary>
/// <remarks>Points are written as 64 bytes, x and y. The library's context is only read, so it serves all threads.</remarks>
internal static class Curve
{
    /// <summary>Bytes of a point: x and y.</summary>
    public const int PointSize = 64;

    private const int CoordinateSize = 32;
    private const int InternalKey = 64;
    private const int InternalSignature = 65;

    private static readonly Secp256k1 Library = new();

    // One delegate for the life of the process: native code never calls one that was collected.
    private static readonly EcdhHashFunction Keep = KeepPoint;

    /// <summary>Whether the bytes are a private key: from 1 to the order minus one.</summary>
    public static bool IsSecret(ReadOnlySpan<byte> secret) => Library.EcSeckeyVerify(secret);

    /// <summary>The public key of a secret.</summary>
    public static void PublicOf(ReadOnlySpan<byte> secret, Span<byte> point)
    {
        Span<byte> key = stackalloc byte[InternalKey];
        if (!Library.EcPubkeyCreate(key, secret)) throw new CryptographicException("The bytes are no private key of secp256k1.");
        Write(key, point);
    }

    /// <summary>Reads a public key in any of its forms; false where it is no point of the curve.</summary>
    public static bool TryRead(ReadOnlySpan<byte> form, Span<byte> point)
    {
        Span<byte> key = stackalloc byte[InternalKey];
        if (!Library.EcPubkeyParse(key, form)) return false;
        Write(key, point);
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
    public static bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> compact, int recovery, Span<byte> point)
    {
        Span<byte> signature = stackalloc byte[InternalSignature];
        Span<byte> key = stackalloc byte[InternalKey];
        if (!Library.EcdsaRecoverableSignatureParseCompact(signature, compact, recovery) || !Library.EcdsaRecover(key, signature, digest))
            return false;
        Write(key, point);
        return true;
    }

    /// <summary>The whole Diffie-Hellman point, in constant time.</summary>
    public static unsafe void Share(ReadOnlySpan<byte> theirs, ReadOnlySpan<byte> secret, Span<byte> point)
    {
        Span<byte> key = stackalloc byte[InternalKey];
        if (point.Length != PointSize || !Library.EcPubkeyParse(key, theirs))
            throw new CryptographicException("The bytes are no point of secp256k1.");
        // The library multiplies in constant time only inside its ECDH, which hands the point to a function that hashes it.
        // Ours copies the point instead. The 32 bytes of output are that function's to fill, and stay unused.
        Span<byte> unused = stackalloc byte[CoordinateSize];
        fixed (byte* destination = point)
            if (!Library.Ecdh(unused, key, secret, Keep, (IntPtr)destination))
                throw new CryptographicException("There is no common point.");
    }

    /// <summary>
    /// Copies the point to where <paramref name="destination"/> points. It runs inside native code, so it must not throw: a zero is its
    /// failure.
    /// </summary>
    private static unsafe int KeepPoint(Span<byte> output, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, IntPtr destination)
    {
        if (x.Length != CoordinateSize || y.Length != CoordinateSize || destination == IntPtr.Zero) return 0;
        var point = new Span<byte>((void*)destination, PointSize);
        x.CopyTo(point);
        y.CopyTo(point[CoordinateSize..]);
        return 1;
    }

    private static void Write(ReadOnlySpan<byte> key, Span<byte> point)
    {
        Span<byte> form = stackalloc byte[PublicKey.UncompressedSize];
        UIntPtr length = PublicKey.UncompressedSize;
        Library.EcPubkeySerialize(form, ref length, key, Secp256k1EcFlags.Uncompressed);
        form[1..].CopyTo(point);
    }
}
