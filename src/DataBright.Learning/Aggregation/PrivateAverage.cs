namespace DataBright.Learning.Aggregation;

/// <summary>
/// An average that hides whether any one participant took part (client-level differential privacy: B. McMahan et al., "Learning
/// Differentially Private Recurrent Language Models", ICLR 2018). Updates are clipped to a norm, read as whole numbers on a grid (towards
/// zero, which keeps the norm), added up exactly, and whole-numbered Gaussian noise is added to every coordinate. The order of the updates
/// cannot matter. The divisor is the number expected, not the number that came: the latter is itself private.
/// <see cref="PrivacyAccountant"/> says what a run of rounds spends.
/// </summary>
public sealed class PrivateAverage
{
    private readonly long[] _sums;
    private readonly double _bound;
    private readonly double _gridStep;
    private readonly DiscreteGaussian _noise;

    /// <summary>An empty sum.</summary>
    /// <param name="length">Values of an update.</param>
    /// <param name="bound">The norm that updates are clipped to.</param>
    /// <param name="noiseMultiplier">The noise's deviation per coordinate, in bounds; rounded up to the grid.</param>
    /// <param name="stepsPerBound">Grid steps in a bound; more is finer.</param>
    public PrivateAverage(int length, double bound, double noiseMultiplier, int stepsPerBound = 1 << 14)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerBound, 1);
        if (!(bound > 0) || !double.IsFinite(bound))
            throw new ArgumentOutOfRangeException(nameof(bound), bound, "A bound is a positive number.");
        var deviation = noiseMultiplier * stepsPerBound;
        if (!(deviation > 0) || deviation * deviation > DiscreteGaussian.MaxVariance)
            throw new ArgumentOutOfRangeException(nameof(noiseMultiplier), noiseMultiplier,
                $"With {stepsPerBound} steps the noise must be above 0 and at most "
                + $"{Math.Sqrt(DiscreteGaussian.MaxVariance) / stepsPerBound}.");
        if (!double.IsNormal(bound / stepsPerBound))
            throw new ArgumentOutOfRangeException(nameof(bound), bound,
                $"A bound of {stepsPerBound} steps is too small for a grid of binary64.");
        _sums = new long[length];
        _bound = bound;
        _gridStep = bound / stepsPerBound;
        _noise = new DiscreteGaussian((long)Math.Ceiling(deviation * deviation));
    }

    /// <summary>Updates added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Clips and adds the next update; its weight is one, or it would tell who sent it.</summary>
    /// <exception cref="UpdateRefusedException">It has the wrong length or a value that is not finite.</exception>
    public void Add(ReadOnlySpan<float> update)
    {
        if (update.Length != _sums.Length)
            throw new UpdateRefusedException(Count, $"it has {update.Length} values, {_sums.Length} are expected");
        for (var k = 0; k < update.Length; k++)
            if (!float.IsFinite(update[k]))
                throw new UpdateRefusedException(Count, $"value {k} is {update[k]}");
        var clipped = NormClipping.Clip(update, _bound);
        for (var k = 0; k < clipped.Length; k++) _sums[k] += (long)(clipped[k] / _gridStep);
        Count++;
    }

    /// <summary>(sum + noise) ÷ expected. The same key gives the same noise; take a new one every time.</summary>
    /// <exception cref="OverflowException">A value is beyond binary32, as a bound far above all updates can make it.</exception>
    public float[] Result(int expected, SecretBits bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expected, 1);
        var result = new float[_sums.Length];
        for (var k = 0; k < result.Length; k++)
        {
            result[k] = (float)((_sums[k] + _noise.Sample(bits)) * _gridStep / expected);
            if (!float.IsFinite(result[k])) throw new OverflowException($"Value {k} of the average is beyond binary32.");
        }

        return result;
    }
}
