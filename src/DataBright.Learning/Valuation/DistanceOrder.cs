namespace DataBright.Learning.Valuation;

/// <summary>
/// Sorts points by distance, equals in ascending order of the points: a radix sort of three passes over the bits of the distances,
/// which is about ten times as fast as comparing. The buffers are kept. Not safe for use by several threads at once.
/// </summary>
internal sealed class DistanceOrder(int count)
{
    private const int Bits = 11;
    private const int Buckets = 1 << Bits;
    private readonly int[] _starts = new int[Buckets];
    private ulong[] _from = new ulong[count];
    private ulong[] _to = new ulong[count];

    /// <summary>The number of the point at a place of the last order; 0 is the nearest.</summary>
    public int this[int place] => (int)(uint)_from[place];

    /// <summary>Orders points by <paramref name="distances"/>, which may be negative but are numbers.</summary>
    public void Sort(ReadOnlySpan<float> distances)
    {
        for (var i = 0; i < distances.Length; i++)
        {
            // Adding +0 makes −0 equal to it; turning the sign (and, below zero, all bits) makes bits ascend with values.
            var bits = BitConverter.SingleToUInt32Bits(distances[i] + 0f);
            bits ^= (uint)((int)bits >> 31) | 0x80000000u;
            _from[i] = ((ulong)bits << 32) | (uint)i;
        }

        for (var shift = 32; shift < 64; shift += Bits) Pass(shift, distances.Length);
    }

    private void Pass(int shift, int count)
    {
        Array.Clear(_starts);
        var (from, to, starts) = (_from, _to, _starts);
        for (var i = 0; i < count; i++) starts[(from[i] >> shift) & (Buckets - 1)]++;
        var total = 0;
        for (var bucket = 0; bucket < Buckets; bucket++) (starts[bucket], total) = (total, total + starts[bucket]);
        for (var i = 0; i < count; i++) to[starts[(from[i] >> shift) & (Buckets - 1)]++] = from[i];
        (_from, _to) = (to, from);
    }
}
