namespace DataBright.Learning.Aggregation;

/// <summary>
/// Federated averaging: Σ weight·update ÷ Σ weight (B. McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data",
/// AISTATS 2017). No defence: one participant can move the result anywhere. Updates may come one at a time; only their sum is kept.
/// </summary>
public sealed class FedAvg(int length)
{
    private readonly double[] _sums = new double[length];
    private double _weight;

    /// <summary>Updates added so far.</summary>
    public int Count { get; private set; }

    /// <summary>The average of all.</summary>
    public static Aggregate Of(Updates updates)
    {
        var average = new FedAvg(updates.Length);
        for (var i = 0; i < updates.Count; i++) average.Add(updates[i], updates.Weights[i]);
        return Aggregate.OfAll(updates, average.Result());
    }

    /// <summary>Adds the next update. Nothing is added when it is refused.</summary>
    /// <exception cref="UpdateRefusedException">It has the wrong length, a value that is not finite, or no positive weight.</exception>
    public void Add(ReadOnlySpan<float> update, double weight = 1.0)
    {
        if (update.Length != _sums.Length) throw new UpdateRefusedException(Count, $"it has {update.Length} values, {_sums.Length} are expected");
        if (!(weight > 0) || !double.IsFinite(weight)) throw new UpdateRefusedException(Count, $"its weight {weight} is not a positive number");
        for (var k = 0; k < update.Length; k++)
            if (!float.IsFinite(update[k]))
                throw new UpdateRefusedException(Count, $"value {k} is {update[k]}");
        for (var k = 0; k < update.Length; k++) _sums[k] += weight * update[k];
        _weight += weight;
        Count++;
    }

    /// <summary>The average of the updates added so far.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="OverflowException">Weights are so large that products with them are beyond binary64.</exception>
    public float[] Result() => Count == 0 ? throw new InvalidOperationException("No update was added.") : VectorMath.Rounded(_sums, _weight);
}
