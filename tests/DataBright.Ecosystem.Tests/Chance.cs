using System.Numerics;
using DataBright.Ethereum;

namespace DataBright.Ecosystem.Tests;

/// <summary>Values by a seeded generator; small and extreme ones come often.</summary>
internal sealed class Chance(int seed)
{
    private static readonly string[] Pieces = ["", "a", "data", "ß", "数据", "🦉", "e\u0301", "\"\\\n",
        "thirty-two bytes of plain text!!", " "];

    private readonly Random _random = new(seed);

    public int Below(int limit) => _random.Next(limit);

    public bool Coin() => _random.Next(2) == 0;

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    public Address Account() => new(Bytes(Address.Size));

    public Hash32 Hash() => new(Bytes(Hash32.Size));

    public string Text() => string.Concat(Enumerable.Range(0, Below(4)).Select(_ => Pieces[Below(Pieces.Length)]));

    /// <summary>A number of up to so many bits.</summary>
    public BigInteger Number(int bits) => Below(6) switch
    {
        0 => BigInteger.Zero,
        1 => (BigInteger.One << bits) - 1,
        2 => Below(100),
        _ => new BigInteger(Bytes(32), isUnsigned: true) >> 256 - 1 - Below(bits),
    };

    /// <summary>A private key whose first bytes are zero, as one key in 256 has it.</summary>
    public byte[] Secret(int leadingZeros = 0)
    {
        var secret = Bytes(EthereumKey.Size);
        secret.AsSpan(0, leadingZeros).Clear();
        secret[leadingZeros] = (byte)(1 + Below(0xfe));
        return secret;
    }
}
