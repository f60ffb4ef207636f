using System.Numerics;

namespace DataBright.Learning.Valuation;

/// <summary>
/// Cosine gradient Shapley values (X. Xu et al., "Gradient-Driven Rewards to Guarantee Fairness in Collaborative Machine Learning", NeurIPS
/// 2021): in a round a participant contributes the cosine between its update and the aggregate, which approximates its Shapley value when
/// utilities are cosines; contributions are averaged over rounds with a memory and normalised. Here in whole numbers, from the Gram matrix
/// of quantised updates, so that a contract comes to the same figures:
/// <code>
/// ⟨uᵢ, a⟩ = Σⱼ Gᵢⱼ over the survivors j,   ⟨a, a⟩ = Σᵢⱼ Gᵢⱼ over survivors i, j
/// ψᵢ = ⌊√( ⌊2^64 · ⟨uᵢ, a⟩² ÷ (Gᵢᵢ · ⟨a, a⟩)⌋ )⌋, which is 2^32 · cosine rounded down; 0 where the product is not above the floor, or was
/// no survivor's rᵢ = ⌊(memory · rᵢ + (2^16 − memory) · ψᵢ) ÷ 2^16⌋,   in the first round ψᵢ
/// </code>
/// All intermediate figures stay below 2^256 for 16-bit updates of up to 2^24 values and 2^10 participants.
/// </summary>
public sealed class CosineContribution
{
    /// <summary>A cosine of 1.</summary>
    public const long One = 1L << 32;

    private readonly int _memory;
    private readonly long _floor;
    private readonly long[] _contributions;

    /// <summary>Nobody has contributed yet.</summary>
    /// <param name="participants">How many there are.</param>
    /// <param name="memory">What part of the former contribution stays, in 65,536ths, below 65,536.</param>
    /// <param name="floor">Cosines up to this, in 2^−32, count as none; 0 at least.</param>
    public CosineContribution(int participants, int memory = 0, long floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(participants, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(memory);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(memory, 1 << 16);
        ArgumentOutOfRangeException.ThrowIfNegative(floor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(floor, One);
        (_memory, _floor) = (memory, floor);
        _contributions = new long[participants];
    }

    /// <summary>Rounds counted so far.</summary>
    public int Rounds { get; private set; }

    /// <summary>The contribution of each participant, in 2^−32.</summary>
    public IReadOnlyList<long> Contributions => _contributions;

    /// <summary>Counts a round of quantised updates; only those of survivors are in the aggregate.</summary>
    /// <exception cref="ArgumentException">There is not one update for each participant, lengths differ, or a survivor is none or named
    /// twice.</exception>
    public void Add(IReadOnlyList<ReadOnlyMemory<int>> updates, IReadOnlyList<int> survivors) => Add(Gram(updates), survivors);

    /// <summary>Counts a round by the inner products of its updates.</summary>
    /// <param name="gram">G: participants × participants, symmetric.</param>
    /// <param name="survivors">Who is in the aggregate.</param>
    /// <exception cref="ArgumentException">The matrix has another size, or a survivor is none or named twice.</exception>
    public void Add(BigInteger[,] gram, IReadOnlyList<int> survivors)
    {
        var n = _contributions.Length;
        if (gram.GetLength(0) != n || gram.GetLength(1) != n)
            throw new ArgumentException($"The products of {n} participants are {n}×{n}, not {gram.GetLength(0)}×{gram.GetLength(1)}.",
                nameof(gram));
        if (survivors.Distinct().Count() != survivors.Count || survivors.Any(i => i < 0 || i >= n))
            throw new ArgumentException("A survivor is no participant, or is named twice.", nameof(survivors));
        var total = survivors.Aggregate(BigInteger.Zero, (sum, i) => survivors.Aggregate(sum, (part, j) => part + gram[i, j]));
        var cosines = new long[n];
        foreach (var i in survivors)
            cosines[i] = Cosine(survivors.Aggregate(BigInteger.Zero, (sum, j) => sum + gram[i, j]), gram[i, i], total);
        for (var i = 0; i < n; i++)
            _contributions[i] = Rounds == 0
                ? cosines[i] : (long)(((Int128)_memory * _contributions[i] + (Int128)((1 << 16) - _memory) * cosines[i]) >> 16);
        Rounds++;
    }

    /// <summary>
    /// What each gets of a pot, rounded down; nothing for anyone while nobody contributed. What is left over is less than a unit for each.
    /// </summary>
    public BigInteger[] Shares(BigInteger pot)
    {
        if (pot.Sign < 0) throw new ArgumentOutOfRangeException(nameof(pot), pot, "A pot holds at least nothing.");
        var total = _contributions.Aggregate(BigInteger.Zero, (sum, part) => sum + part);
        return [.. _contributions.Select(part => total.IsZero ? BigInteger.Zero : pot * part / total)];
    }

    /// <summary>The contributions as parts of one; zeros while nobody contributed.</summary>
    public double[] Normalised()
    {
        var total = (double)_contributions.Aggregate(BigInteger.Zero, (sum, part) => sum + part);
        return [.. _contributions.Select(part => total == 0 ? 0 : part / total)];
    }

    /// <summary>Updates as whole numbers: value ÷ step, rounded to nearest, ties to even, kept within 16 bits.</summary>
    /// <exception cref="ArgumentException">A value is not finite, or the step is not a positive number.</exception>
    public static int[] Quantise(ReadOnlySpan<float> update, double step)
    {
        if (!(step > 0) || !double.IsFinite(step)) throw new ArgumentException($"A step of {step} is not a positive number.", nameof(step));
        var result = new int[update.Length];
        for (var k = 0; k < result.Length; k++)
        {
            if (!float.IsFinite(update[k])) throw new ArgumentException($"Value {k} is {update[k]}.", nameof(update));
            result[k] = (int)Math.Clamp(Math.Round(update[k] / step, MidpointRounding.ToEven), short.MinValue, short.MaxValue);
        }

        return result;
    }

    /// <summary>All inner products.</summary>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static BigInteger[,] Gram(IReadOnlyList<ReadOnlyMemory<int>> updates)
    {
        var gram = new BigInteger[updates.Count, updates.Count];
        for (var i = 0; i < updates.Count; i++)
            for (var j = 0; j <= i; j++)
            {
                ReadOnlySpan<int> a = updates[i].Span, b = updates[j].Span;
                if (a.Length != b.Length)
                    throw new ArgumentException($"Update {i} has {a.Length} values, update {j} has {b.Length}.", nameof(updates));
                Int128 sum = 0;
                for (var k = 0; k < a.Length; k++) sum += (long)a[k] * b[k];
                gram[i, j] = gram[j, i] = sum;
            }

        return gram;
    }

    private long Cosine(BigInteger inner, BigInteger own, BigInteger total)
    {
        if (inner.Sign <= 0 || own.Sign <= 0 || total.Sign <= 0) return 0;
        var cosine = (long)SquareRoot((inner * inner << 64) / (own * total));
        return cosine <= _floor ? 0 : Math.Min(cosine, One);
    }

    /// <summary>⌊√x⌋ by Newton's method from above.</summary>
    private static BigInteger SquareRoot(BigInteger x)
    {
        if (x.IsZero) return x;
        var root = BigInteger.One << (int)((x.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + x / root) >> 1;
            if (next >= root) return root;
            root = next;
        }
    }
}
