namespace DataBright.Learning.Aggregation;

/// <summary>
/// What rounds with Gaussian noise spend of privacy, by Rényi differential privacy (I. Mironov, "Rényi Differential Privacy", CSF 2017). A
/// round of everyone costs α ÷ 2z² at order α, where z is the noise multiplier; one whose participants are drawn with probability q costs,
/// at whole orders, ln Σₖ C(α, k) (1 − q)^(α−k) q^k exp((k² − k) ÷ 2z²) ÷ (α − 1) (I. Mironov, K. Talwar, L. Zhang, "Rényi Differential
/// Privacy of the Sampled Gaussian Mechanism", 2019). Rounds add up. ε(δ) is the least over the orders of cost + ln(1/δ) ÷ (α − 1).
/// </summary>
public sealed class PrivacyAccountant
{
    private static readonly int[] Orders = [.. Enumerable.Range(2, 127), 160, 192, 256, 320, 384, 512, 768, 1024];
    private readonly double[] _costs = new double[Orders.Length];

    /// <summary>Rounds counted so far.</summary>
    public long Rounds { get; private set; }

    /// <summary>Counts rounds.</summary>
    /// <param name="noiseMultiplier">z: deviation of the noise ÷ clipping norm, above 0.</param>
    /// <param name="samplingRate">q: the probability with which each takes part in a round, above 0, at most 1.</param>
    /// <param name="rounds">How many.</param>
    public void Add(double noiseMultiplier, double samplingRate = 1, long rounds = 1)
    {
        if (!(noiseMultiplier > 0)) throw new ArgumentOutOfRangeException(nameof(noiseMultiplier), noiseMultiplier, "Noise is above 0.");
        if (!(samplingRate is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(samplingRate), samplingRate, "A probability is above 0 and at most 1.");
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);
        for (var i = 0; i < Orders.Length; i++) _costs[i] += rounds * Cost(Orders[i], noiseMultiplier, samplingRate);
        Rounds += rounds;
    }

    /// <summary>
    /// ε such that all rounds together are (ε, δ)-differentially private, to the extent that whole orders show; 0 for no round.
    /// </summary>
    public double Epsilon(double delta)
    {
        if (!(delta is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(delta), delta, "δ is above 0 and below 1.");
        return Rounds == 0 ? 0 : Orders.Select((order, i) => _costs[i] + Math.Log(1 / delta) / (order - 1)).Min();
    }

    /// <summary>The Rényi divergence of one round at a whole order.</summary>
    public static double Cost(int order, double noiseMultiplier, double samplingRate)
    {
        var z2 = noiseMultiplier * noiseMultiplier;
        if (samplingRate >= 1) return order / (2 * z2);
        // ln Σ exp(term), from the largest term; ln C(α, k) grows with k.
        var terms = new double[order + 1];
        var choose = 0.0;
        for (var k = 0; k <= order; k++)
        {
            if (k > 0) choose += Math.Log(order - k + 1) - Math.Log(k);
            terms[k] = choose + (order - k) * double.LogP1(-samplingRate) + k * Math.Log(samplingRate) + ((double)k * k - k) / (2 * z2);
        }

        var largest = terms.Max();
        return Math.Max(0, (largest + Math.Log(terms.Sum(term => Math.Exp(term - largest)))) / (order - 1));
    }
}
