namespace DataBright.Learning.Aggregation;

/// <summary>The average of updates that come one at a time; only their sum is kept. Of a whole round it is <see cref="FedAvg"/>.</summary>
/// <param name="length">Values of an update.</param>
public sealed class RunningAverage(int length)
{
    private readonly WeightedSum _sum = new(length);
    private double _weight;

    /// <summary>Updates added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the next update. Nothing is added when it is refused.</summary>
    /// <exception cref="UpdateRefusedException">It has the wrong length, a value that is not finite, or no positive weight.</exception>
    public void Add(ReadOnlySpan<float> update, double weight = 1.0)
    {
        if (update.Length != _sum.Length)
            throw new UpdateRefusedException(Count, $"it has {update.Length} values, {_sum.Length} are expected");
        if (!(weight > 0) || !double.IsFinite(weight))
            throw new UpdateRefusedException(Count, $"its weight {weight} is not a positive number");
        for (var k = 0; k < update.Length; k++)
            if (!float.IsFinite(update[k]))
                throw new UpdateRefusedException(Count, $"value {k} is {update[k]}");
        _sum.Add(update, weight);
        _weight += weight;
        Count++;
    }

    /// <summary>The average of the updates added so far.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="OverflowException">Weights are so large that products with them are beyond binary64.</exception>
    public float[] Result() => Count == 0 ? throw new InvalidOperationException("No update was added.") : _sum.FiniteOver(_weight);
}
