using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DataBright.Learning.Arithmetic;

/// <summary>
/// Fused multiply-add with one rounding on every machine: by instruction where there is one, else by exact arithmetic, never by the C
/// library.
/// </summary>
internal static class Ieee
{
    /// <summary>round(a·b + c) to binary32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FusedMultiplyAdd(float a, float b, float c) =>
        Fma.IsSupported || AdvSimd.IsSupported ? MathF.FusedMultiplyAdd(a, b, c) : Exact(a, b, c);

    /// <summary>
    /// The product of two binary32 values is exact in binary64. Their sum with c is rounded to odd there, which makes the second
    /// rounding to binary32 the only one that shows (S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
    /// </summary>
    internal static float Exact(float a, float b, float c)
    {
        var product = (double)a * b;
        var sum = product + c;
        if (!double.IsFinite(sum)) return (float)sum;
        // Knuth's two-sum: what the rounding of the sum lost.
        var back = sum - product;
        var lost = (product - (sum - back)) + (c - back);
        var bits = BitConverter.DoubleToInt64Bits(sum);
        if (lost != 0 && (bits & 1) == 0) bits += lost > 0 == sum > 0 ? 1 : -1;
        return (float)BitConverter.Int64BitsToDouble(bits);
    }
}
