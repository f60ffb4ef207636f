using DataBright.Learning.Checkpoints;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Training;

/// <summary>Measures a model on examples it need not have seen.</summary>
public static class Evaluation
{
    private const int Batch = 128;

    /// <summary>Classifies every example; the result does not depend on <paramref name="threads"/>.</summary>
    /// <exception cref="MalformedInputException">The checkpoint is not one of that architecture.</exception>
    /// <exception cref="ArgumentException">The examples do not fit the architecture.</exception>
    public static Accuracy Measure(Architecture architecture, Checkpoint checkpoint, ExampleSet examples, int threads = 1)
    {
        checkpoint.Require(architecture);
        examples.Require(architecture);
        if (architecture.Loss != Loss.SoftmaxCrossEntropy)
            throw new ArgumentException($"{architecture.Name} predicts targets, not classes; ask for its outputs or its error.",
                nameof(architecture));
        using var network = Network.Create(architecture, Math.Min(Batch, examples.Count), threads, Upkeep.None);
        network.Load(checkpoint, momentum: null);
        var indices = new int[Batch];
        var correct = 0;
        for (var start = 0; start < examples.Count; start += Batch)
        {
            var count = Math.Min(Batch, examples.Count - start);
            for (var i = 0; i < count; i++) indices[i] = start + i;
            correct += network.Classify(examples, indices.AsSpan(0, count));
        }

        return new Accuracy(correct, examples.Count);
    }

    /// <summary>
    /// What the last layer makes of every example: scores of classes, or predicted targets. The result does not depend on
    /// <paramref name="threads"/>.
    /// </summary>
    /// <returns>Count × units values, example after example.</returns>
    /// <exception cref="MalformedInputException">The checkpoint is not one of that architecture.</exception>
    /// <exception cref="ArgumentException">The examples do not fit the architecture.</exception>
    public static float[] Outputs(Architecture architecture, Checkpoint checkpoint, ExampleSet examples, int threads = 1)
    {
        checkpoint.Require(architecture);
        examples.RequireInputs(architecture);
        using var network = Network.Create(architecture, Math.Min(Batch, examples.Count), threads, Upkeep.None);
        network.Load(checkpoint, momentum: null);
        var outputs = new float[(long)examples.Count * architecture.Classes];
        var indices = new int[Batch];
        for (var start = 0; start < examples.Count; start += Batch)
        {
            var count = Math.Min(Batch, examples.Count - start);
            for (var i = 0; i < count; i++) indices[i] = start + i;
            network.Evaluate(examples, indices.AsSpan(0, count), outputs.AsSpan(start * architecture.Classes));
        }

        return outputs;
    }

    /// <summary>The mean over examples and outputs of (output − target)², added up in binary64 in order.</summary>
    /// <exception cref="MalformedInputException">The checkpoint is not one of that architecture.</exception>
    /// <exception cref="ArgumentException">The examples do not fit the architecture, or have labels instead of targets.</exception>
    public static double Error(Architecture architecture, Checkpoint checkpoint, ExampleSet examples, int threads = 1)
    {
        examples.Require(architecture);
        if (architecture.Loss != Loss.MeanSquaredError)
            throw new ArgumentException($"{architecture.Name} predicts classes; ask for its accuracy.", nameof(architecture));
        var outputs = Outputs(architecture, checkpoint, examples, threads);
        var targets = examples.Targets.Span;
        var sum = 0.0;
        for (var i = 0; i < outputs.Length; i++) sum += ((double)outputs[i] - targets[i]) * ((double)outputs[i] - targets[i]);
        return sum / outputs.Length;
    }
}
