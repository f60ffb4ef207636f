using DataBright.Learning.Checkpoints;

namespace DataBright.Learning.Aggregation;

/// <summary>
/// Federated averaging: Σ weight·update ÷ Σ weight (B. McMahan et al., "Communication-Efficient Learning of Deep Networks from
/// Decentralized Data", AISTATS 2017). No defence: one participant can move the result anywhere.
/// </summary>
public sealed class FedAvg : IAggregationRule
{
    /// <inheritdoc />
    public string Name => "fedavg";

    /// <inheritdoc />
    public Aggregate Aggregate(Updates updates, RuleParameters parameters)
    {
        parameters.AllowOnly(this);
        return Of(updates);
    }

    /// <summary>The average of a round's updates.</summary>
    public static Aggregate Of(Updates updates)
    {
        var average = new RunningAverage(updates.Length);
        for (var i = 0; i < updates.Count; i++) average.Add(updates[i], updates.Weights[i]);
        return updates.AllTakePart(average.Result());
    }

    /// <summary>The average of checkpoints of one shape: of the partitions of a run. Values that are not finite stay so.</summary>
    /// <param name="parts">Each with its weight, 1 to 2^53: its number of examples.</param>
    /// <exception cref="ArgumentException">The list is empty, a weight is out of range, or names or shapes differ.</exception>
    public static Checkpoint Of(IReadOnlyList<(Checkpoint Checkpoint, long Weight)> parts)
    {
        if (parts.Count == 0) throw new ArgumentException("The mean of no checkpoints is not defined.", nameof(parts));
        if (parts.Any(part => part.Weight is < 1 or > 1L << 53)) throw new ArgumentException("Weights must be 1 to 2^53.", nameof(parts));
        var first = parts[0].Checkpoint;
        if (parts.Any(part => !AreAlike(first, part.Checkpoint)))
            throw new ArgumentException("Checkpoints of different names or shapes have no mean.", nameof(parts));

        var total = parts.Aggregate(0L, (sum, part) => checked(sum + part.Weight));
        return new Checkpoint(first.Tensors.Select((tensor, index) =>
        {
            var sum = new WeightedSum(tensor.Values.Length);
            foreach (var (checkpoint, weight) in parts) sum.Add(checkpoint.Tensors[index].Span, weight);
            return new Tensor(tensor.Name, tensor.Shape, sum.Over(total));
        }));
    }

    private static bool AreAlike(Checkpoint one, Checkpoint other) =>
        one.Tensors.Select(tensor => tensor.Name).SequenceEqual(other.Tensors.Select(tensor => tensor.Name))
        && one.Tensors.Zip(other.Tensors).All(pair => pair.First.Shape.SequenceEqual(pair.Second.Shape));
}
