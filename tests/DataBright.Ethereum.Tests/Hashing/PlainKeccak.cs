namespace DataBright.Ethereum.Tests.Hashing;

/// <summary>Keccak-256 step by step as FIPS 202 writes it: slow, obvious, and what the fast one is compared with.</summary>
internal static class PlainKeccak
{
    public static byte[] Hash(byte[] message)
    {
        const int rate = 136;
        var padded = message.Append((byte)0x01).Concat(new byte[(rate - (message.Length + 1) % rate) % rate]).ToArray();
        padded[^1] |= 0x80;
        var a = new ulong[5, 5];
        foreach (var block in padded.Chunk(rate))
        {
            for (var i = 0; i < rate / 8; i++)
                a[i % 5, i / 5] ^= BitConverter.ToUInt64(block, 8 * i);
            Permute(a);
        }
        return [.. Enumerable.Range(0, 4).SelectMany(i => BitConverter.GetBytes(a[i, 0]))];
    }

    private static void Permute(ulong[,] a)
    {
        byte register = 1;
        for (var round = 0; round < 24; round++)
        {
            Theta(a);
            var b = RhoPi(a);
            for (var x = 0; x < 5; x++)
                for (var y = 0; y < 5; y++)
                    a[x, y] = b[x, y] ^ (~b[(x + 1) % 5, y] & b[(x + 2) % 5, y]);
            // Iota's constants come out of a shift register.
            for (var j = 0; j < 7; j++)
            {
                if ((register & 1) != 0)
                    a[0, 0] ^= 1UL << (1 << j) - 1;
                register = (byte)(register << 1 ^ (register >> 7) * 0x71);
            }
        }
    }

    private static void Theta(ulong[,] a)
    {
        var c = new ulong[5];
        for (var x = 0; x < 5; x++)
            for (var y = 0; y < 5; y++)
                c[x] ^= a[x, y];
        for (var x = 0; x < 5; x++)
            for (var y = 0; y < 5; y++)
                a[x, y] ^= c[(x + 4) % 5] ^ ulong.RotateLeft(c[(x + 1) % 5], 1);
    }

    private static ulong[,] RhoPi(ulong[,] a)
    {
        var b = new ulong[5, 5];
        b[0, 0] = a[0, 0];
        var (x, y) = (1, 0);
        for (var t = 0; t < 24; t++)
        {
            b[y, (2 * x + 3 * y) % 5] = ulong.RotateLeft(a[x, y], (t + 1) * (t + 2) / 2 % 64);
            (x, y) = (y, (2 * x + 3 * y) % 5);
        }
        return b;
    }
}
