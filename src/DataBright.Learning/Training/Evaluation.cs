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
        using var network = Network.Create(architecture, Math.Min(Batch, examples.Count), threads, training: false);
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
}
