using DataBright.Learning.Checkpoints;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Training;

/// <summary>A trained model that answers. One thread at a time; what it answers depends neither on the batch nor on the machine.</summary>
public sealed class Predictor : IDisposable
{
    private readonly Network _network;
    private readonly int[] _indices;

    /// <param name="architecture">What the model is.</param>
    /// <param name="checkpoint">Its parameters.</param>
    /// <param name="capacity">The most examples that are computed together; larger batches are cut.</param>
    /// <exception cref="MalformedInputException">The checkpoint is not one of that architecture, or a parameter is no finite
    /// number.</exception>
    public Predictor(Architecture architecture, Checkpoint checkpoint, int capacity = 64)
    {
        checkpoint.Require(architecture);
        checkpoint.RequireFinite();
        (Architecture, Checkpoint) = (architecture, checkpoint.Hash);
        _indices = new int[capacity];
        _network = Network.Create(architecture, capacity, threads: 1, Upkeep.None);
        _network.Load(checkpoint, momentum: null);
    }

    /// <summary>What the model is.</summary>
    public Architecture Architecture { get; }

    /// <summary>The hash of the parameters that answer.</summary>
    public Digest Checkpoint { get; }

    /// <summary>Scores of each example: those of the last layer, before any softmax.</summary>
    /// <param name="inputs">Examples × channels × height × width values.</param>
    /// <returns>Examples × classes scores.</returns>
    /// <exception cref="ArgumentException">The values are no whole number of examples, or not ones the model can take.</exception>
    public float[] Predict(ReadOnlyMemory<float> inputs)
    {
        var examples = Require(inputs);
        var scores = new float[examples.Count * Architecture.Classes];
        for (var start = 0; start < examples.Count; start += _indices.Length)
        {
            var count = Math.Min(_indices.Length, examples.Count - start);
            for (var i = 0; i < count; i++) _indices[i] = start + i;
            _network.Evaluate(examples, _indices.AsSpan(0, count), scores.AsSpan(start * Architecture.Classes));
        }

        return scores;
    }

    /// <summary>Refuses values that the model cannot take; may be called from any thread.</summary>
    /// <returns>The examples that the values are.</returns>
    /// <exception cref="ArgumentException">The values are no whole number of examples, or not ones the model can take.</exception>
    public ExampleSet Require(ReadOnlyMemory<float> inputs)
    {
        var size = Architecture.Input.Size;
        if (inputs.Length == 0 || inputs.Length % size != 0)
            throw new ArgumentException($"{Architecture.Name} takes {size} values for each example; these are {inputs.Length}.");
        foreach (var value in inputs.Span)
            if (!float.IsFinite(value))
                throw new ArgumentException("A value is infinite or not a number.");
        var examples = new ExampleSet(Architecture.Input, inputs, new int[inputs.Length / size]);
        examples.RequireInputs(Architecture);
        return examples;
    }

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();
}
