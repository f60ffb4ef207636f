using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests;

/// <summary>Small inputs made from a seed.</summary>
internal static class Samples
{
    public static readonly Architecture Tiny = new("tiny", new ExampleShape(2, 7, 6),
    [
        new Convolution("conv1", 3, 3, 1), new Relu("relu1"), new MaxPool("pool1", 2),
        new Convolution("conv2", 5, 2, 1), new Relu("relu2"), new Flatten("flatten"),
        new Dense("fc1", 9), new Relu("relu3"), new Dense("fc2", 4),
    ]);

    /// <summary>Every kind of layer for maps, at shapes that leave tails.</summary>
    public static readonly Architecture Residuals = new("residuals", new ExampleShape(3, 9, 7),
    [
        new Convolution("stem", 17, 3, 1, HasBias: false), new BatchNorm("norm0"), new Relu("relu0"),
        new Residual("same", [new Convolution("a1", 17, 3, 1), new BatchNorm("a2"), new Gelu("a3"),
            new Convolution("a4", 17, 1, 0, HasBias: false), new Relu("a5")]),
        new Relu("relu1"),
        new Residual("down",
            [new Relu("b0"), new Convolution("b1", 34, 3, 1, Stride: 2, HasBias: false), new BatchNorm("b2"), new Tanh("b3"),
                new Residual("inner", [new Convolution("b4", 34, 3, 1)])],
            [new Convolution("c1", 34, 1, 0, Stride: 2, HasBias: false), new BatchNorm("c2")]),
        new Relu("relu2"), new Dropout("drop", 0.25f), new AveragePool("pool", 2), new LayerNorm("norm1"), new Flatten("flat"),
        new LayerNorm("norm2"), new BatchNorm("norm3"), new Dense("fc1", 19),
        new Residual("flatten-free", [new Dense("fc2", 19), new Gelu("fc3")]), new Dense("fc4", 3),
    ]);

    /// <summary>A transformer in small, at shapes that leave tails.</summary>
    public static readonly Architecture Sequence = new("sequence", new ExampleShape(1, 1, 11),
    [
        new Embedding("words", 23, 18),
        new Residual("mix", [new LayerNorm("mix-norm"), new SelfAttention("mix-heads", 3), new Dropout("mix-drop", 0.1f)]),
        new Residual("feed", [new LayerNorm("feed-norm"), new Convolution("feed-up", 37, 1, 0), new Gelu("feed-gelu"),
            new Convolution("feed-down", 18, 1, 0)]),
        new LayerNorm("norm"), new GlobalAverage("mean"), new Dense("fc", 4),
    ]);

    /// <summary>Regression, with a strided first convolution and a global mean.</summary>
    public static readonly Architecture Regression = new("regression", new ExampleShape(2, 11, 10),
    [
        new Convolution("a", 5, 4, 2, Stride: 3), new Tanh("t"), new Convolution("b", 33, 3, 1, Stride: 2), new Gelu("g"),
        new GlobalAverage("mean"), new Dense("fc", 3),
    ], Loss.MeanSquaredError);

    public static float[] Floats(int count, ulong seed = 1)
    {
        var chance = new Chance(seed, Purpose.Resample, 99);
        return [.. Enumerable.Range(0, count).Select(i => chance.Symmetric((ulong)i))];
    }

    /// <summary>Examples whose class decides which values are large, so that they can be learnt.</summary>
    public static ExampleSet Examples(Architecture architecture, int count, ulong seed = 1)
    {
        var size = architecture.Input.Size;
        var features = Floats(count * size, seed);
        if (architecture.Loss == Loss.MeanSquaredError)
            return new ExampleSet(architecture.Input, features, Floats(count * architecture.Classes, seed + 1), architecture.Classes);
        var labels = new int[count];
        for (var n = 0; n < count; n++)
        {
            labels[n] = new Chance(seed, Purpose.Resample, 98).Below(architecture.Classes, (ulong)n);
            for (var i = 0; i < size; i++)
                if (i * architecture.Classes / size == labels[n])
                    features[n * size + i] += 1f;
        }

        // Tokens: a class prefers some of them.
        if (architecture.Layers[0] is Embedding embedding)
            for (var i = 0; i < features.Length; i++)
                features[i] = new Chance(seed, Purpose.Resample, 97).Below(2, (ulong)i) == 0
                    ? labels[i / size] : new Chance(seed, Purpose.Resample, 96).Below(embedding.Vocabulary, (ulong)i);

        return new ExampleSet(architecture.Input, features, labels);
    }

    public static TrainingPlan Plan(Architecture architecture, int batch = 5, int epochs = 3, ulong seed = 42) =>
        new(architecture, new Optimiser(0.05f, 0.9f, 0.0005f), batch, epochs, seed);
}
