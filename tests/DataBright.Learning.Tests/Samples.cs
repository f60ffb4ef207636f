using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
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
        var labels = new int[count];
        for (var n = 0; n < count; n++)
        {
            labels[n] = new Chance(seed, Purpose.Resample, 98).Below(architecture.Classes, (ulong)n);
            for (var i = 0; i < size; i++)
                if (i * architecture.Classes / size == labels[n])
                    features[n * size + i] += 1f;
        }

        return new ExampleSet(architecture.Input, features, labels);
    }

    public static TrainingPlan Plan(Architecture architecture, int batch = 5, int epochs = 3, ulong seed = 42) =>
        new(architecture, new Optimiser(0.05f, 0.9f, 0.0005f), batch, epochs, seed);
}
