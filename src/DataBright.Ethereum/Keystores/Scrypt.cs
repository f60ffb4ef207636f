using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace DataBright.Ethereum;

/// <summary>
/// The password-based key derivation function scrypt (RFC 7914) over the platform's PBKDF2. It is meant to be slow and
/// to need memory: 128·N·r bytes, which are overwritten and given back before it returns.
/// </summary>
public static class Scrypt
{
    /// <summary>The most memory that a derivation may take, in bytes: twice what the usual keystore takes.</summary>
    public const long MaxMemory = 512L << 20;

    /// <summary>The most work, as N·r·p: eight times the usual keystore's.</summary>
    public const long MaxWork = 1L << 24;

    /// <summary>Derives a key.</summary>
    /// <param name="password">What the owner knows.</param>
    /// <param name="salt">What makes equal passwords differ.</param>
    /// <param name="n">The cost N, a power of two above 1.</param>
    /// <param name="r">The block size r.</param>
    /// <param name="p">The parallelisation p; here one after another, so that memory stays bounded.</param>
    /// <param name="length">Bytes to derive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameters are outside RFC 7914 or above <see cref="MaxMemory"/> or <see cref="MaxWork"/>.</exception>
    public static unsafe byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, int length)
    {
        if (!IsAcceptable(n, r, p) || length <= 0)
            throw new ArgumentOutOfRangeException(nameof(n), $"scrypt with N = {n}, r = {r}, p = {p} and {length} bytes is outside what is allowed.");
        var blockSize = 128 * r;
        var blocks = Rfc2898DeriveBytes.Pbkdf2(password, salt, 1, HashAlgorithmName.SHA256, p * blockSize);
        var memorySize = checked((nuint)n * (nuint)blockSize);
        var memory = (uint*)NativeMemory.AlignedAlloc(memorySize, 64);
        var working = (uint*)NativeMemory.AlignedAlloc((nuint)(2 * blockSize), 64);
        try
        {
            for (var i = 0; i < p; i++)
                Mix(blocks.AsSpan(i * blockSize, blockSize), n, r, memory, working);
            return Rfc2898DeriveBytes.Pbkdf2(password, blocks, 1, HashAlgorithmName.SHA256, length);
        }
        finally
        {
            NativeMemory.Clear(memory, memorySize);
            NativeMemory.Clear(working, (nuint)(2 * blockSize));
            NativeMemory.AlignedFree(memory);
            NativeMemory.AlignedFree(working);
            CryptographicOperations.ZeroMemory(blocks);
        }
    }

    internal static bool IsAcceptable(long n, long r, long p) =>
        n is > 1 and <= 1 << 24 && (n & (n - 1)) == 0 && r is > 0 and <= 1 << 10 && p is > 0 and <= 1 << 10
        && 128 * n * r <= MaxMemory && n * r * p <= MaxWork;

    // scryptROMix. Words of a 64-byte block are kept by diagonals, so that Salsa20's rounds are whole-vector steps;
    // word 0, which picks the next block, stays in its place.
    private static unsafe void Mix(Span<byte> block, int n, int r, uint* memory, uint* working)
    {
        var words = 32 * r;
        var x = working;
        var y = working + words;
        for (var i = 0; i < words; i++)
            x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * Diagonal(i))..]);
        for (var i = 0; i < n; i++)
        {
            new ReadOnlySpan<uint>(x, words).CopyTo(new Span<uint>(memory + (nuint)i * (nuint)words, words));
            MixBlock(x, y, r);
        }
        for (var i = 0; i < n; i++)
        {
            var picked = x[words - 16] & (uint)(n - 1);
            Xor(x, memory + (nuint)picked * (nuint)words, words);
            MixBlock(x, y, r);
        }
        for (var i = 0; i < words; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(block[(4 * Diagonal(i))..], x[i]);
    }

    private static int Diagonal(int word) => (word & ~15) | (word * 5 & 15);

    private static unsafe void Xor(uint* into, uint* from, int words)
    {
        for (var i = 0; i < words; i += 4)
            Vector128.Store(Vector128.LoadAligned(into + i) ^ Vector128.LoadAligned(from + i), into + i);
    }

    // scryptBlockMix: every 64-byte block through Salsa20/8, even ones first.
    private static unsafe void MixBlock(uint* x, uint* y, int r)
    {
        var last = x + 32 * r - 16;
        var (a, b, c, d) = (Vector128.LoadAligned(last), Vector128.LoadAligned(last + 4), Vector128.LoadAligned(last + 8), Vector128.LoadAligned(last + 12));
        for (var i = 0; i < 2 * r; i++)
        {
            var input = x + 16 * i;
            a ^= Vector128.LoadAligned(input);
            b ^= Vector128.LoadAligned(input + 4);
            c ^= Vector128.LoadAligned(input + 8);
            d ^= Vector128.LoadAligned(input + 12);
            Salsa8(ref a, ref b, ref c, ref d);
            var output = y + 16 * (i / 2 + (i & 1) * r);
            Vector128.Store(a, output);
            Vector128.Store(b, output + 4);
            Vector128.Store(c, output + 8);
            Vector128.Store(d, output + 12);
        }
        new ReadOnlySpan<uint>(y, 32 * r).CopyTo(new Span<uint>(x, 32 * r));
    }

    private static void Salsa8(ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        var (w, x, y, z) = (a, b, c, d);
        for (var round = 0; round < 8; round += 2)
        {
            x ^= Rotate(w + z, 7);
            y ^= Rotate(x + w, 9);
            z ^= Rotate(y + x, 13);
            w ^= Rotate(z + y, 18);
            x = Vector128.Shuffle(x, Vector128.Create(3u, 0, 1, 2));
            y = Vector128.Shuffle(y, Vector128.Create(2u, 3, 0, 1));
            z = Vector128.Shuffle(z, Vector128.Create(1u, 2, 3, 0));
            z ^= Rotate(w + x, 7);
            y ^= Rotate(z + w, 9);
            x ^= Rotate(y + z, 13);
            w ^= Rotate(x + y, 18);
            x = Vector128.Shuffle(x, Vector128.Create(1u, 2, 3, 0));
            y = Vector128.Shuffle(y, Vector128.Create(2u, 3, 0, 1));
            z = Vector128.Shuffle(z, Vector128.Create(3u, 0, 1, 2));
        }
        (a, b, c, d) = (a + w, b + x, c + y, d + z);
    }

    private static Vector128<uint> Rotate(Vector128<uint> word, int bits) => (word << bits) | (word >>> (32 - bits));
}
