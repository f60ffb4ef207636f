namespace DataBright.Learning.Aggregation;

/// <summary>
/// The sum under every average: for each value, weight × value is added up in binary64 in the order given, each product and each sum
/// rounded. Divided by the total weight it is rounded once more, to binary32.
/// </summary>
internal sealed class WeightedSum(int length)
{
    private readonly double[] _sums = new double[length];

    public int Length => _sums.Length;

    public void Add(ReadOnlySpan<float> values, double weight)
    {
        for (var k = 0; k < values.Length; k++) _sums[k] += weight * values[k];
    }

    /// <summary>The quotients. Sums that are not finite stay so.</summary>
    public float[] Over(double divisor)
    {
        var result = new float[_sums.Length];
        for (var k = 0; k < result.Length; k++) result[k] = (float)(_sums[k] / divisor);
        return result;
    }

    /// <summary>The quotients, all of them finite.</summary>
    /// <exception cref="OverflowException">One is beyond binary32.</exception>
    public float[] FiniteOver(double divisor)
    {
        var result = Over(divisor);
        for (var k = 0; k < result.Length; k++)
            if (!float.IsFinite(result[k]))
                throw new OverflowException($"Value {k} of the aggregate is beyond binary32.");
        return result;
    }
}
