using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>Sums for each channel: chains over the positions of an example, then a chain over the examples.</summary>
internal static unsafe class ChannelSums<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    /// <summary>sums[c] ← 0 + part of example 0 + part of example 1 + …</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Chain(float* parts, nint pitch, int examples, float* sums, int channels)
    {
        for (var c = 0; c < channels; c += L.Count)
        {
            var sum = L.Zero;
            for (var n = 0; n < examples; n++) sum = L.Add(sum, L.Load(parts + n * pitch + c));
            Rows<L, V>.Store(sums + c, sum, channels - c);
        }
    }

    /// <summary>part[c] ← part[c] + x, position by position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values(float* x, int width, float* part, int channels)
    {
        for (var c = 0; c < channels; c += L.Count)
        {
            var sum = L.Load(part + c);
            var from = x + c;
            for (var i = 0; i < width; i++, from += channels) sum = L.Add(sum, L.Load(from));
            L.Store(part + c, sum);
        }
    }

    /// <summary>part[c] ← (x − mean[c])² + part[c], fused, position by position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Squares(float* x, int width, float* mean, float* part, int channels)
    {
        for (var c = 0; c < channels; c += L.Count)
        {
            V sum = L.Load(part + c), m = L.Load(mean + c);
            var from = x + c;
            for (var i = 0; i < width; i++, from += channels)
            {
                var distance = L.Subtract(L.Load(from), m);
                sum = L.MultiplyAdd(distance, distance, sum);
            }

            L.Store(part + c, sum);
        }
    }

    /// <summary>slopes[c] ← gradient · ((x − mean[c])·inverse[c]) + slopes[c], fused; shifts[c] ← shifts[c] + gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Slopes(float* x, float* gradient, int width, float* mean, float* inverse, float* slopes, float* shifts, int channels)
    {
        for (var c = 0; c < channels; c += L.Count)
        {
            V slope = L.Load(slopes + c), shift = L.Load(shifts + c), m = L.Load(mean + c), r = L.Load(inverse + c);
            float* from = x + c, upstream = gradient + c;
            for (var i = 0; i < width; i++, from += channels, upstream += channels)
            {
                var g = L.Load(upstream);
                slope = L.MultiplyAdd(g, L.Multiply(L.Subtract(L.Load(from), m), r), slope);
                shift = L.Add(shift, g);
            }

            L.Store(slopes + c, slope);
            L.Store(shifts + c, shift);
        }
    }
}
