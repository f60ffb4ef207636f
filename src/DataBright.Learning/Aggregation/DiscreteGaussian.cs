namespace DataBright.Learning.Aggregation;

/// <summary>
/// Whole numbers x with probability proportional to exp(−x² ÷ 2σ²), drawn exactly, by comparing whole numbers alone (C. Canonne, G. Kamath,
/// T. Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020). Rounded binary floating point noise gives itself away in
/// its last bits (I. Mironov, "On significance of the least significant bits for differential privacy", CCS 2012); this has none.
/// </summary>
public sealed class DiscreteGaussian
{
    /// <summary>The largest variance: products of whole numbers stay below 2^128.</summary>
    public const long MaxVariance = 1L << 40;

    private readonly long _variance;
    private readonly long _scale;

    /// <summary>The distribution with parameter σ² = <paramref name="variance"/>, from 1.</summary>
    public DiscreteGaussian(long variance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(variance, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(variance, MaxVariance);
        _variance = variance;
        _scale = (long)Math.Sqrt(variance) + 1;
    }

    /// <summary>The next number: a two-sided geometric one, kept with the probability that makes it Gaussian.</summary>
    public long Sample(SecretBits bits)
    {
        while (true)
        {
            var y = Laplace(bits);
            // (|y| − σ²/t)² / 2σ² = (|y|·t − σ²)² / 2σ²t²
            var distance = (UInt128)Int128.Abs((Int128)Math.Abs(y) * _scale - _variance);
            // So far out a number is kept with a probability below exp(−2^40); its square would not fit.
            if (distance >= (UInt128)1 << 62) continue;
            if (BernoulliOfExp(distance * distance, 2 * (UInt128)_variance * (UInt128)_scale * (UInt128)_scale, bits)) return y;
        }
    }

    /// <summary>y with probability proportional to exp(−|y| ÷ t).</summary>
    private long Laplace(SecretBits bits)
    {
        while (true)
        {
            var u = (long)bits.Below((UInt128)_scale);
            if (!BernoulliOfExp((UInt128)u, (UInt128)_scale, bits)) continue;
            long v = 0;
            while (BernoulliOfExp(1, 1, bits)) v++;
            var magnitude = u + _scale * v;
            var isNegative = (bits.Next() & 1) != 0;
            if (isNegative && magnitude == 0) continue;
            return isNegative ? -magnitude : magnitude;
        }
    }

    /// <summary>True with probability exp(−numerator ÷ denominator).</summary>
    private static bool BernoulliOfExp(UInt128 numerator, UInt128 denominator, SecretBits bits)
    {
        for (; numerator > denominator; numerator -= denominator)
            if (!BernoulliOfSmallExp(denominator, denominator, bits))
                return false;
        return BernoulliOfSmallExp(numerator, denominator, bits);
    }

    /// <summary>For a quotient γ up to 1 the first k with a coin of γ/k that fails is odd with probability exp(−γ).</summary>
    private static bool BernoulliOfSmallExp(UInt128 numerator, UInt128 denominator, SecretBits bits)
    {
        uint k = 1;
        while (bits.Below(denominator) < numerator && bits.Below(k) == 0) k++;
        return (k & 1) == 1;
    }
}
