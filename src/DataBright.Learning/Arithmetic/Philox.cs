namespace DataBright.Learning.Arithmetic;

/// <summary>
/// Philox 4×32 with 10 rounds (J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
/// a pure function from a 128-bit counter and a 64-bit key to 128 random bits. Nothing is remembered between calls.
/// </summary>
internal static class Philox
{
    public readonly record struct Block(uint A, uint B, uint C, uint D);

    public static Block Generate(Block counter, uint key0, uint key1)
    {
        for (var round = 0; round < 10; round++)
        {
            var left = (ulong)counter.A * 0xD2511F53u;
            var right = (ulong)counter.C * 0xCD9E8D57u;
            counter = new Block((uint)(right >> 32) ^ counter.B ^ key0, (uint)right, (uint)(left >> 32) ^ counter.D ^ key1, (uint)left);
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }

        return counter;
    }
}
