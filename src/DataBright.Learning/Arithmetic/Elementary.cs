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
    /// e^x for x ≤ 0, at most 1 unit in the last place from the true value (2^−149 where the result is subnormal); 0 below −104. NaN stays
    /// NaN.
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

    internal const float TanhEdge = 0.625f;
    internal const float Tanh0 = -0.33333284f;
    internal const float Tanh1 = 0.13331491f;
    internal const float Tanh2 = -0.053743497f;
    internal const float Tanh3 = 0.020650586f;
    internal const float Tanh4 = -0.0057170433f;

    /// <summary>
    /// tanh x, at most 2 units in the last place from the true value. Below 0.625 in magnitude x + x·z·P(z), z = x², with P of
    /// degree 4 and relative error 2^−27 in exact arithmetic; else (1 − t) ÷ (1 + t), t = e^(−2|x|), with the sign of x. NaN stays NaN.
    /// </summary>
    public static float Tanh(float x)
    {
        var size = MathF.Abs(x);
        if (size < TanhEdge)
        {
            var z = x * x;
            var p = Ieee.FusedMultiplyAdd(Tanh4, z, Tanh3);
            p = Ieee.FusedMultiplyAdd(p, z, Tanh2);
            p = Ieee.FusedMultiplyAdd(p, z, Tanh1);
            p = Ieee.FusedMultiplyAdd(p, z, Tanh0);
            return Ieee.FusedMultiplyAdd(p * z, x, x);
        }

        var t = ExpOfNonPositive(-2f * size);
        var y = (1f - t) / (1f + t);
        return x < 0f ? 0f - y : y;
    }

    internal const float ErfEdge = 0.9f;
    internal const float ErfEnd = 4f;
    internal const float Erf0 = 0.12837915f;
    internal const float Erf1 = -0.37612525f;
    internal const float Erf2 = 0.11282141f;
    internal const float Erf3 = -0.026778908f;
    internal const float Erf4 = 0.0050119627f;
    internal const float Erf5 = -0.00060903595f;
    internal const float Erfc0 = -0.00016920512f;
    internal const float Erfc1 = 1.1294883f;
    internal const float Erfc2 = 0.63340086f;
    internal const float Erfc3 = 0.10822038f;
    internal const float Erfc4 = -0.025080616f;
    internal const float Erfc5 = 0.004156254f;
    internal const float Erfc6 = -0.00043139345f;
    internal const float Erfc7 = 2.0828604e-05f;

    /// <summary>
    /// erf x, at most 2 units in the last place from the true value. Below 0.9 in magnitude x + x·P(x²) with P of degree 5 and
    /// relative error 2^−26 in exact arithmetic; else 1 − e^(−Q(|x|)), with the sign of x, where Q of degree 7 stands for −ln erfc
    /// up to 4, beyond which the result is 1. NaN stays NaN.
    /// </summary>
    public static float Erf(float x)
    {
        var size = MathF.Abs(x);
        if (size < ErfEdge)
        {
            var z = x * x;
            var p = Ieee.FusedMultiplyAdd(Erf5, z, Erf4);
            p = Ieee.FusedMultiplyAdd(p, z, Erf3);
            p = Ieee.FusedMultiplyAdd(p, z, Erf2);
            p = Ieee.FusedMultiplyAdd(p, z, Erf1);
            p = Ieee.FusedMultiplyAdd(p, z, Erf0);
            return Ieee.FusedMultiplyAdd(p, x, x);
        }

        var a = ErfEnd < size ? ErfEnd : size;
        var q = Ieee.FusedMultiplyAdd(Erfc7, a, Erfc6);
        q = Ieee.FusedMultiplyAdd(q, a, Erfc5);
        q = Ieee.FusedMultiplyAdd(q, a, Erfc4);
        q = Ieee.FusedMultiplyAdd(q, a, Erfc3);
        q = Ieee.FusedMultiplyAdd(q, a, Erfc2);
        q = Ieee.FusedMultiplyAdd(q, a, Erfc1);
        q = Ieee.FusedMultiplyAdd(q, a, Erfc0);
        var y = 1f - ExpOfNonPositive(0f - q);
        return x < 0f ? 0f - y : y;
    }

    internal const float RootHalf = 0.70710677f;
    internal const float NormalPeak = 0.3989423f;

    /// <summary>
    /// The Gaussian error linear unit ½x·(1 + erf(x·√½)), within 3·2^−24·|x| of the true value.
    /// (D. Hendrycks and K. Gimpel, "Gaussian error linear units", 2016.)
    /// </summary>
    public static float Gelu(float x)
    {
        var half = 0.5f * x;
        return Ieee.FusedMultiplyAdd(half, Erf(x * RootHalf), half);
    }

    /// <summary>The derivative of <see cref="Gelu"/>: ½(1 + erf(x·√½)) + x·e^(−x²/2) ÷ √(2π).</summary>
    public static float GeluSlope(float x)
    {
        var density = ExpOfNonPositive(-0.5f * x * x);
        var below = Ieee.FusedMultiplyAdd(0.5f, Erf(x * RootHalf), 0.5f);
        return Ieee.FusedMultiplyAdd(x * density, NormalPeak, below);
    }

    private static float PowerOfTwo(int exponent) => BitConverter.Int32BitsToSingle((exponent + 127) << 23);
}
