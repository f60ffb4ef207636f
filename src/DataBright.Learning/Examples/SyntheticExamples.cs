using DataBright.Learning.Arithmetic;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Examples;

/// <summary>Noise with a label that decides which part of it is brighter: enough to measure with, and it can be learnt.</summary>
public static class SyntheticExamples
{
    /// <summary>Draws examples with labels for an architecture that tells classes apart; equal seeds give equal ones.</summary>
    public static ExampleSet Draw(Architecture architecture, int count, ulong seed)
    {
        var size = architecture.Input.Size;
        var features = new float[count * size];
        var labels = new int[count];
        var (noise, classes) = (new Chance(seed, Purpose.Resample, 0), new Chance(seed, Purpose.Resample, 1));
        for (var n = 0; n < count; n++)
        {
            labels[n] = classes.Below(architecture.Classes, (ulong)n);
            for (var i = 0; i < size; i++)
                features[n * size + i] = noise.Symmetric((ulong)(n * size + i)) * 0.5f
                    + (i * architecture.Classes / size == labels[n] ? 1f : 0f);
        }

        // Tokens: every second one says the class.
        if (architecture.Layers[0] is Embedding embedding)
            for (var i = 0; i < features.Length; i++)
                features[i] = i % 2 == 0 ? labels[i / size] : noise.Below(embedding.Vocabulary, (ulong)i);

        return new ExampleSet(architecture.Input, features, labels);
    }
}
