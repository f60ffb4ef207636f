using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DataBright.Learning.Aggregation;

/// <summary>
/// A stream of random bits that whoever lacks the key cannot tell from coins: AES-256 in counter mode (NIST SP 800-38A). The same key gives
/// the same stream, so noise can be re-executed by who is shown the key, and by nobody else. A key is for one use.
/// </summary>
public sealed class SecretBits : IDisposable
{
    private const int Blocks = 256;
    private readonly Aes _aes;
    private readonly byte[] _counters = new byte[16 * Blocks];
    private readonly byte[] _bits = new byte[16 * Blocks];
    private ulong _counter;
    private int _used = 16 * Blocks;

    /// <summary>The stream of a key of 32 bytes, for example from <see cref="RandomNumberGenerator"/>.</summary>
    public SecretBits(ReadOnlySpan<byte> key)
    {
        if (key.Length != 32) throw new ArgumentException($"A key has 32 bytes, not {key.Length}.", nameof(key));
        _aes = Aes.Create();
        _aes.Key = key.ToArray();
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        if (_used == _bits.Length) Refill();
        _used += 8;
        return BinaryPrimitives.ReadUInt64LittleEndian(_bits.AsSpan(_used - 8));
    }

    /// <summary>Uniform in 0 … bound − 1, without bias.</summary>
    public UInt128 Below(UInt128 bound)
    {
        if (bound <= 1) return 0;
        var bits = 128 - (int)UInt128.LeadingZeroCount(bound - 1);
        while (true)
        {
            var draw = bits <= 64 ? Next() >> (64 - bits) : new UInt128(Next() >> (128 - bits), Next());
            if (draw < bound) return draw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _aes.Dispose();

    private void Refill()
    {
        for (var block = 0; block < Blocks; block++) BinaryPrimitives.WriteUInt64LittleEndian(_counters.AsSpan(16 * block), _counter++);
        _aes.EncryptEcb(_counters, _bits, PaddingMode.None);
        _used = 0;
    }
}
