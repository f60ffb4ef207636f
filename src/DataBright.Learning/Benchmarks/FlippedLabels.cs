using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Benchmarks;

/// <summary>Examples of which some, drawn from a seed, have one of the other labels, each as likely as the next.</summary>
/// <param name="Examples">All of them.</param>
/// <param name="IsFlipped">Which ones have a wrong label.</param>
public sealed record FlippedLabels(ExampleSet Examples, bool[] IsFlipped)
{
    /// <summary>Flips labels.</summary>
    /// <param name="clean">Examples with the right labels.</param>
    /// <param name="percent">How many of a hundred to flip, on average.</param>
    /// <param name="classes">Labels that there are.</param>
    /// <param name="seed">Decides which are flipped, and to what.</param>
    public static FlippedLabels Of(ExampleSet clean, int percent, int classes, ulong seed)
    {
        var (which, what) = (new Chance(seed, Purpose.Corrupt, 0), new Chance(seed, Purpose.Corrupt, 1));
        var labels = clean.Labels.ToArray();
        var isFlipped = new bool[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            isFlipped[i] = which.Below(100, (ulong)i) < percent;
            if (isFlipped[i]) labels[i] = (labels[i] + 1 + what.Below(classes - 1, (ulong)i)) % classes;
        }

        return new FlippedLabels(new ExampleSet(clean.Shape, clean.Features, labels), isFlipped);
    }
}
