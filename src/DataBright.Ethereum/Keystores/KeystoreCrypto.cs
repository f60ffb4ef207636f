using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace DataBright.Ethereum;

/// <summary>What keystores need and the platform lacks, by BouncyCastle: scrypt and AES-128 in counter mode.</summary>
internal static class KeystoreCrypto
{
    /// <summary>The most memory that scrypt may take, in bytes: twice what the usual keystore takes.</summary>
    public const long MaxMemory = 512L << 20;

    /// <summary>The most work, as N·r·p: eight times the usual keystore's.</summary>
    private const long MaxWork = 1L << 24;

    /// <summary>The first N that RFC 7914 does not allow for r = 1.</summary>
    private const int FirstLooseN = 1 << 16;

    /// <summary>Derives a key by scrypt (RFC 7914), which takes 128·N·r bytes of memory.</summary>
    /// <param name="password">What the owner knows; the caller overwrites it.</param>
    /// <param name="salt">What makes equal passwords differ.</param>
    /// <param name="n">The cost N, a power of two above 1.</param>
    /// <param name="r">The block size r.</param>
    /// <param name="p">The parallelisation p; run one after another, so that memory stays bounded.</param>
    /// <param name="length">Bytes to derive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameters are outside RFC 7914, or above the limits on memory and
    /// work.</exception>
    public static byte[] Scrypt(byte[] password, byte[] salt, int n, int r, int p, int length)
    {
        if (!IsAcceptable(n, r, p) || length <= 0)
            throw new ArgumentOutOfRangeException(nameof(n),
                $"scrypt with N = {n}, r = {r}, p = {p} and {length} bytes is outside what is allowed.");
        return r == 1 && n >= FirstLooseN
            ? Generate(null, password, salt, n, r, p, length) : SCrypt.Generate(password, salt, n, r, p, length);
    }

    // RFC 7914, section 2, allows no such N for r = 1, and BouncyCastle checks that. The example of Web3 Secret Storage and the
    // defaults of other clients have it all the same, so what BouncyCastle does after its check is called here.
    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "MFcrypt")]
    private static extern byte[] Generate(SCrypt? none, byte[] password, byte[] salt, int n, int r, int p, int length);

    /// <summary>Whether parameters from a file are valid and within the limits, so that a keystore cannot exhaust memory.</summary>
    public static bool IsAcceptable(long n, long r, long p) =>
        n is > 1 and <= 1 << 24 && (n & (n - 1)) == 0 && r is > 0 and <= 1 << 10 && p is > 0 and <= 1 << 10
        && 128 * n * r <= MaxMemory && n * r * p <= MaxWork;

    /// <summary>Encrypts or decrypts in place with AES-128-CTR (NIST SP 800-38A); the counter has 128 bits, big-endian.</summary>
    public static void ApplyCounterMode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> vector, Span<byte> data)
    {
        var cipher = new BufferedBlockCipher(new SicBlockCipher(AesUtilities.CreateEngine()));
        cipher.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(key), vector));
        var output = new byte[cipher.GetOutputSize(data.Length)];
        cipher.DoFinal(data, output);
        output.AsSpan(0, data.Length).CopyTo(data);
        CryptographicOperations.ZeroMemory(output);
    }
}
