using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Aggregation;

/// <summary>
/// The updates of one round: vectors of equal length, all finite, with a weight each. What is wrong is refused here, once, so
/// that every rule can rely on it. Rules go through updates in their order and coordinates in theirs, with sums in binary64: the
/// same updates in the same order give the same bits everywhere.
/// </summary>
public sealed class Updates
{
    private readonly ReadOnlyMemory<float>[] _vectors;
    private readonly double[] _weights;

    /// <summary>Takes the updates as they are, without copying them.</summary>
    /// <param name="vectors">One vector for each participant; the memory must not change.</param>
    /// <param name="weights">What each counts, above 0, for example its number of examples; all the same when left out.</param>
    /// <exception cref="UpdateRefusedException">An update has another length than the first, a value that is not finite, or no good
    /// weight.</exception>
    /// <exception cref="ArgumentException">There is no update, it is empty, or there are not as many weights.</exception>
    public Updates(IReadOnlyList<ReadOnlyMemory<float>> vectors, IReadOnlyList<double>? weights = null)
    {
        if (vectors.Count == 0 || vectors[0].IsEmpty) throw new ArgumentException("There is nothing to aggregate.", nameof(vectors));
        if (weights is not null && weights.Count != vectors.Count)
            throw new ArgumentException($"{weights.Count} weights for {vectors.Count} updates.", nameof(weights));
        _vectors = [.. vectors];
        _weights = weights is null ? [.. vectors.Select(_ => 1.0)] : [.. weights];
        for (var i = 0; i < _vectors.Length; i++) Require(i);
    }

    /// <summary>How many updates there are.</summary>
    public int Count => _vectors.Length;

    /// <summary>Values of each.</summary>
    public int Length => _vectors[0].Length;

    /// <summary>What each counts.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>One update.</summary>
    public ReadOnlySpan<float> this[int index] => _vectors[index].Span;

    /// <summary>Some of them, in the order given.</summary>
    public Updates Select(IEnumerable<int> indices)
    {
        int[] kept = [.. indices];
        return new Updates([.. kept.Select(i => _vectors[i])], [.. kept.Select(i => _weights[i])]);
    }

    /// <summary>The values of a checkpoint as one vector: tensors in the order of the architecture, each in its own.</summary>
    /// <exception cref="MalformedInputException">The checkpoint is not one of that architecture.</exception>
    public static float[] Flatten(Architecture architecture, Checkpoint checkpoint)
    {
        checkpoint.Require(architecture);
        return [.. architecture.Parameters.SelectMany(parameter => checkpoint.Find(parameter.Name)!.Values.ToArray())];
    }

    /// <summary>The checkpoint that <see cref="Flatten"/> makes that vector of.</summary>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public static Checkpoint Shape(Architecture architecture, ReadOnlySpan<float> values)
    {
        var total = architecture.Parameters.Sum(parameter => parameter.Count);
        if (values.Length != total)
            throw new ArgumentException($"{architecture.Name} has {total} parameters, not {values.Length}.", nameof(values));
        var tensors = new List<Tensor>();
        foreach (var parameter in architecture.Parameters)
        {
            tensors.Add(new Tensor(parameter.Name, parameter.Dimensions, values[..parameter.Count].ToArray()));
            values = values[parameter.Count..];
        }

        return new Checkpoint(tensors);
    }

    /// <summary>An aggregate for which none was left out.</summary>
    internal Aggregate AllTakePart(float[] vector) => new(vector, [.. Enumerable.Range(0, Count)]);

    /// <summary>Refuses too few updates for what a rule promises.</summary>
    internal void RequireAtLeast(int least, string promise)
    {
        if (Count < least) throw new ArgumentException($"{promise} needs at least {least} updates, not {Count}.");
    }

    private void Require(int index)
    {
        var vector = _vectors[index].Span;
        if (vector.Length != Length) throw new UpdateRefusedException(index, $"it has {vector.Length} values, the first has {Length}");
        if (!(_weights[index] > 0) || !double.IsFinite(_weights[index]))
            throw new UpdateRefusedException(index, $"its weight {_weights[index]} is not a positive number");
        for (var k = 0; k < vector.Length; k++)
            if (!float.IsFinite(vector[k]))
                throw new UpdateRefusedException(index, $"value {k} is {vector[k]}");
    }
}

/// <summary>What a rule made of a round's updates.</summary>
/// <param name="Vector">The aggregate.</param>
/// <param name="Kept">The updates that took part, in ascending order.</param>
public sealed record Aggregate(float[] Vector, IReadOnlyList<int> Kept);
