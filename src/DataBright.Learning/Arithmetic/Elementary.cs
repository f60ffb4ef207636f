namespace DataBright.Learning.Arithmetic;

/// <summary>
/// exp and log in binary32 from fused multiply-adds alone, so that they have the same bits everywhere.
/// The tests walk through every argument of the stated ranges and hold the stated errors.
/// </summary>
internal static class Elementary
{
    internal const float Log2E = 1.44269504f;
    internal const float Ln2High = 0.693359375f;
    internal const float Ln2Low = -2.12194440e-4f;
    internal const float Shifter = 12582912f;
    internal const float ExpFloor = -104f;

    /// <summary>
    /// e^x for x ≤ 0, at most 1 unit in the last place from the true value (2^−149 where the result is subnormal); 0 below −104. NaN stays NaN.
    /// x = n·ln 2 + r with |r| ≤ ln 2 / 2; the Taylor polynomial of degree 7 in r; scaling by 2^n in two exact halves.
    /// </summary>
    public static float ExpOfNonPositive(float x)
    {
        if (x < ExpFloor) return 0f;
        var n = Ieee.FusedMultiplyAdd(x, Log2E, Shifter) - Shifter;
        var r = Ieee.FusedMultiplyAdd(n, -Ln2High, x);
        r = Ieee.FusedMultiplyAdd(n, -Ln2Low, r);
        var p = 1f / 5040f;
        p = Ieee.FusedMultiplyAdd(p, r, 1f / 720f);
        p = Ieee.FusedMultiplyAdd(p, r, 1f / 120f);
        p = Ieee.FusedMultiplyAdd(p, r, 1f / 24f);
        p = Ieee.FusedMultiplyAdd(p, r, 1f / 6f);
        p = Ieee.FusedMultiplyAdd(p, r, 0.5f);
        p = Ieee.FusedMultiplyAdd(p, r, 1f);
        p = Ieee.FusedMultiplyAdd(p, r, 1f);
        if (float.IsNaN(x)) return x;
        var whole = (int)n;
        var half = whole >> 1;
        return p * PowerOfTwo(half) * PowerOfTwo(whole - half);
    }

    /// <summary>
    /// ln x for normal x ≥ 1, at most 2 units in the last place from the true value. NaN and infinity stay what they are.
    /// x = 2^e·m with m in [√½, √2); ln m = 2·artanh(s), s = (m − 1) / (m + 1), as an odd polynomial of degree 11.
    /// </summary>
    public static float Log(float x)
    {
        if (!float.IsFinite(x)) return x;
        var bits = BitConverter.SingleToInt32Bits(x);
        var exponent = (bits - 0x3F3504F3) >> 23;
        var m = BitConverter.Int32BitsToSingle(bits - (exponent << 23));
        var f = m - 1f;
        var s = f / (2f + f);
        var z = s * s;
        var p = 2f / 11f;
        p = Ieee.FusedMultiplyAdd(p, z, 2f / 9f);
        p = Ieee.FusedMultiplyAdd(p, z, 2f / 7f);
        p = Ieee.FusedMultiplyAdd(p, z, 2f / 5f);
        p = Ieee.FusedMultiplyAdd(p, z, 2f / 3f);
        p *= z;
        // ln m = 2s + s·p, with the large part 2s last.
        var low = Ieee.FusedMultiplyAdd(exponent, Ln2Low, s * p);
        return Ieee.FusedMultiplyAdd(exponent, Ln2High, Ieee.FusedMultiplyAdd(2f, s, low));
    }

    private static float PowerOfTwo(int exponent) => BitConverter.Int32BitsToSingle((exponent + 127) << 23);
}
