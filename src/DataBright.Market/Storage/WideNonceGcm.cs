using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DataBright.Market.Storage;

/// <summary>AES-256-GCM with a nonce of any length (NIST SP 800-38D); the platform's takes twelve bytes only.</summary>
/// <remarks>
/// For wrapped keys of a few bytes: the cipher is the platform's, the hash below is one bit at a time and without a branch or
/// look-up that depends on a secret.
/// </remarks>
internal static class WideNonceGcm
{
    private const int Block = 16;

    public static (byte[] Ciphertext, byte[] Tag) Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        var hashKey = HashKey(aes);
        var start = StartCounter(hashKey, nonce);
        var ciphertext = Xor(aes, start, plain);
        return (ciphertext, TagOf(aes, hashKey, start, ciphertext));
    }

    /// <summary>Null when the tag is not right.</summary>
    public static byte[]? Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> ciphertext)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        var hashKey = HashKey(aes);
        var start = StartCounter(hashKey, nonce);
        return CryptographicOperations.FixedTimeEquals(TagOf(aes, hashKey, start, ciphertext), tag) ? Xor(aes, start, ciphertext) : null;
    }

    private static UInt128 HashKey(Aes aes)
    {
        Span<byte> zero = stackalloc byte[Block];
        zero.Clear();
        aes.EncryptEcb(zero, zero, PaddingMode.None);
        return BinaryPrimitives.ReadUInt128BigEndian(zero);
    }

    private static UInt128 StartCounter(UInt128 hashKey, ReadOnlySpan<byte> nonce)
    {
        const int PlainNonce = 12;
        if (nonce.Length != PlainNonce) return Lengths(hashKey, Absorb(hashKey, 0, nonce), 0, nonce.Length);
        Span<byte> block = stackalloc byte[Block];
        nonce.CopyTo(block);
        BinaryPrimitives.WriteUInt32BigEndian(block[PlainNonce..], 1);
        return BinaryPrimitives.ReadUInt128BigEndian(block);
    }

    private static byte[] TagOf(Aes aes, UInt128 hashKey, UInt128 start, ReadOnlySpan<byte> ciphertext)
    {
        var tag = new byte[Block];
        var hash = Lengths(hashKey, Absorb(hashKey, 0, ciphertext), 0, ciphertext.Length);
        BinaryPrimitives.WriteUInt128BigEndian(tag, hash ^ EncryptBlock(aes, start));
        return tag;
    }

    private static byte[] Xor(Aes aes, UInt128 start, ReadOnlySpan<byte> text)
    {
        var result = text.ToArray();
        Span<byte> mask = stackalloc byte[Block];
        for (int at = 0; at < result.Length; at += Block)
        {
            // Only the last 32 bits count, and they wrap around.
            start = (start & ~(UInt128)uint.MaxValue) | unchecked((uint)start + 1);
            BinaryPrimitives.WriteUInt128BigEndian(mask, EncryptBlock(aes, start));
            for (int i = 0; i < Math.Min(Block, result.Length - at); i++) result[at + i] ^= mask[i];
        }
        CryptographicOperations.ZeroMemory(mask);
        return result;
    }

    private static UInt128 EncryptBlock(Aes aes, UInt128 value)
    {
        Span<byte> block = stackalloc byte[Block];
        BinaryPrimitives.WriteUInt128BigEndian(block, value);
        aes.EncryptEcb(block, block, PaddingMode.None);
        return BinaryPrimitives.ReadUInt128BigEndian(block);
    }

    private static UInt128 Absorb(UInt128 hashKey, UInt128 hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> block = stackalloc byte[Block];
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(Block, bytes.Length)..])
        {
            block.Clear();
            bytes[..Math.Min(Block, bytes.Length)].CopyTo(block);
            hash = Multiply(hash ^ BinaryPrimitives.ReadUInt128BigEndian(block), hashKey);
        }
        return hash;
    }

    private static UInt128 Lengths(UInt128 hashKey, UInt128 hash, long associatedBytes, long bytes) =>
        Multiply(hash ^ new UInt128((ulong)associatedBytes * 8, (ulong)bytes * 8), hashKey);

    /// <summary>The product in GF(2¹²⁸) with GCM's reflected bits and the polynomial x¹²⁸ + x⁷ + x² + x + 1.</summary>
    private static UInt128 Multiply(UInt128 left, UInt128 right)
    {
        var polynomial = new UInt128(0xe100000000000000, 0);
        UInt128 product = 0;
        for (int bit = 127; bit >= 0; bit--)
        {
            product ^= right & Mask(left >> bit);
            right = (right >> 1) ^ (polynomial & Mask(right));
        }
        return product;

        static UInt128 Mask(UInt128 value) => 0 - (value & 1);
    }
}
