using System.Security.Cryptography;

namespace DataBright.Ethereum;

/// <summary>AES-128 in counter mode (NIST SP 800-38A), which the platform lacks: its AES encrypts the counters.</summary>
internal static class AesCounter
{
    /// <summary>Encrypts or decrypts <paramref name="data"/> in place; the counter is the big-endian 128-bit number that starts at <paramref name="vector"/>.</summary>
    public static void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> vector, Span<byte> data)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        Span<byte> counter = stackalloc byte[16];
        Span<byte> stream = stackalloc byte[16];
        vector.CopyTo(counter);
        for (; !data.IsEmpty; data = data[Math.Min(16, data.Length)..])
        {
            aes.EncryptEcb(counter, stream, PaddingMode.None);
            for (var i = 0; i < Math.Min(16, data.Length); i++)
                data[i] ^= stream[i];
            for (var i = 15; i >= 0 && ++counter[i] == 0; i--)
            {
            }
        }
        CryptographicOperations.ZeroMemory(stream);
    }
}
