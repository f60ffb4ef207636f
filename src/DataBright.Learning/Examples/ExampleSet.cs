using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>
/// Labelled examples of one shape. Values are binary32 in channels × height × width order, example after example. Immutable by convention:
/// the memory handed in must not change.
/// </summary>
public sealed class ExampleSet
{
    /// <summary>Wraps values and labels without copying them.</summary>
    /// <exception cref="ArgumentException">The number of values is not labels × shape, or a label is negative.</exception>
    public ExampleSet(ExampleShape shape, ReadOnlyMemory<float> features, ReadOnlyMemory<int> labels)
    {
        if (shape.Size < 1) throw new ArgumentException($"Shape {shape} is empty.", nameof(shape));
        if ((long)labels.Length * shape.Size != features.Length)
            throw new ArgumentException(
                $"{labels.Length} examples of shape {shape} need {(long)labels.Length * shape.Size} values, not {features.Length}.",
                nameof(features));
        foreach (var label in labels.Span)
            if (label < 0)
                throw new ArgumentException($"Label {label} is negative.", nameof(labels));
        Shape = shape;
        Features = features;
        Labels = labels;
    }

    /// <summary>Wraps values and targets, for regression, without copying them. Labels are zeros.</summary>
    /// <param name="shape">The shape of one example.</param>
    /// <param name="features">Count × channels × height × width values.</param>
    /// <param name="targets">Count × size values, example after example.</param>
    /// <param name="targetSize">Targets of one example.</param>
    /// <exception cref="ArgumentException">The numbers of values do not match.</exception>
    public ExampleSet(ExampleShape shape, ReadOnlyMemory<float> features, ReadOnlyMemory<float> targets, int targetSize)
        : this(shape, features, new int[targetSize > 0 ? targets.Length / targetSize : 0])
    {
        if (targetSize < 1 || targets.Length % targetSize != 0)
            throw new ArgumentException($"{targets.Length} values are not targets of {targetSize} values each.", nameof(targets));
        Targets = targets;
        TargetSize = targetSize;
    }

    /// <summary>The shape of one example.</summary>
    public ExampleShape Shape { get; }

    /// <summary>Count × target size values; empty for examples with labels.</summary>
    public ReadOnlyMemory<float> Targets { get; }

    /// <summary>Targets of one example; 0 for examples with labels.</summary>
    public int TargetSize { get; }

    /// <summary>The targets of one example.</summary>
    public ReadOnlySpan<float> TargetsOf(int index) => Targets.Span.Slice(index * TargetSize, TargetSize);

    /// <summary>Count × channels × height × width values.</summary>
    public ReadOnlyMemory<float> Features { get; }

    /// <summary>The class of each example, from 0.</summary>
    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>How many examples there are.</summary>
    public int Count => Labels.Length;

    /// <summary>The values of one example.</summary>
    public ReadOnlySpan<float> this[int index] => Features.Span.Slice(index * Shape.Size, Shape.Size);

    /// <summary>A view of <paramref name="count"/> examples from <paramref name="start"/> on; nothing is copied.</summary>
    public ExampleSet Slice(int start, int count) =>
        With(Features.Slice(start * Shape.Size, count * Shape.Size), Labels.Slice(start, count),
            Targets.Slice(start * TargetSize, count * TargetSize));

    /// <summary>The examples at <paramref name="indices"/>, in that order, copied.</summary>
    public ExampleSet Select(ReadOnlySpan<int> indices)
    {
        var features = new float[(long)indices.Length * Shape.Size];
        var labels = new int[indices.Length];
        var targets = new float[(long)indices.Length * TargetSize];
        for (var position = 0; position < indices.Length; position++)
        {
            this[indices[position]].CopyTo(features.AsSpan(position * Shape.Size));
            labels[position] = Labels.Span[indices[position]];
            TargetsOf(indices[position]).CopyTo(targets.AsSpan(position * TargetSize));
        }

        return With(features, labels, targets);
    }

    /// <summary>All examples of all sets, in order, copied.</summary>
    /// <exception cref="ArgumentException">There is no set, or shapes differ.</exception>
    public static ExampleSet Concat(IReadOnlyList<ExampleSet> sets)
    {
        if (sets.Count == 0) throw new ArgumentException("There is no set to take the shape from.", nameof(sets));
        var shape = sets[0].Shape;
        if (sets.FirstOrDefault(set => set.Shape != shape) is { } other)
            throw new ArgumentException($"Examples of shape {other.Shape} cannot follow examples of shape {shape}.", nameof(sets));
        if (sets.FirstOrDefault(set => set.TargetSize != sets[0].TargetSize) is { } stranger)
            throw new ArgumentException($"Examples with {stranger.TargetSize} targets cannot follow examples with {sets[0].TargetSize}.",
                nameof(sets));
        var count = sets.Sum(set => set.Count);
        var targets = new float[checked(count * sets[0].TargetSize)];
        var features = new float[checked(count * shape.Size)];
        var labels = new int[count];
        var offset = 0;
        foreach (var set in sets)
        {
            set.Features.Span.CopyTo(features.AsSpan(offset * shape.Size));
            set.Labels.Span.CopyTo(labels.AsSpan(offset));
            set.Targets.Span.CopyTo(targets.AsSpan(offset * set.TargetSize));
            offset += set.Count;
        }

        return sets[0].With(features, labels, targets);
    }

    /// <summary>
    /// SHA-256 over the line <c>databright.examples/1</c>, then little-endian: channels, height, width and count (4 bytes each), the labels
    /// (4 bytes each), the bits of the values and, where there are targets, their number for each example (4 bytes) and their bits.
    /// </summary>
    public Digest Hash()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Examples are hashed in the machine's byte order, which must be little-endian.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("databright.examples/1\n"u8);
        hash.AppendData(MemoryMarshal.AsBytes<int>([Shape.Channels, Shape.Height, Shape.Width, Count]));
        hash.AppendData(MemoryMarshal.AsBytes(Labels.Span));
        // A span of bytes ends at 2 GiB.
        for (var start = 0; start < Features.Length; start += 1 << 24)
            hash.AppendData(MemoryMarshal.AsBytes(Features.Span.Slice(start, Math.Min(1 << 24, Features.Length - start))));
        if (TargetSize != 0)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([TargetSize]));
            for (var start = 0; start < Targets.Length; start += 1 << 24)
                hash.AppendData(MemoryMarshal.AsBytes(Targets.Span.Slice(start, Math.Min(1 << 24, Targets.Length - start))));
        }

        return new Digest(hash.GetHashAndReset());
    }

    private ExampleSet With(ReadOnlyMemory<float> features, ReadOnlyMemory<int> labels, ReadOnlyMemory<float> targets) =>
        TargetSize == 0 ? new ExampleSet(Shape, features, labels) : new ExampleSet(Shape, features, targets, TargetSize);

    /// <summary>Refuses values that are not finite.</summary>
    /// <exception cref="ArgumentException">The message names the first such example.</exception>
    public void RequireFinite()
    {
        var values = Features.Span;
        for (var i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]))
                throw new ArgumentException(
                    $"Value {i % Shape.Size} of example {i / Shape.Size} is {values[i]}; finite values are expected.");
    }

    /// <summary>Refuses examples that <paramref name="architecture"/> cannot learn from.</summary>
    /// <exception cref="ArgumentException">The shape differs, a label is not one of its classes, targets are missing or too many, or there
    /// is no example.</exception>
    public void Require(Networks.Architecture architecture)
    {
        RequireInputs(architecture);
        if (architecture.Loss == Loss.MeanSquaredError)
        {
            if (TargetSize != architecture.Classes)
                throw new ArgumentException(
                    $"{architecture.Name} learns {architecture.Classes} targets for each example, and these have {TargetSize}.");
            return;
        }

        if (TargetSize != 0) throw new ArgumentException($"{architecture.Name} learns labels, and these examples have targets.");
        var labels = Labels.Span;
        for (var index = 0; index < labels.Length; index++)
            if (labels[index] >= architecture.Classes)
                throw new ArgumentException(
                    $"Example {index} has label {labels[index]}; {architecture.Name} knows the classes 0 to {architecture.Classes - 1}.");
    }

    /// <summary>Refuses examples that <paramref name="architecture"/> cannot take in.</summary>
    /// <exception cref="ArgumentException">The shape differs, a token is not one of its vocabulary, or there is no example.</exception>
    public void RequireInputs(Networks.Architecture architecture)
    {
        if (Count == 0) throw new ArgumentException("There are no examples.");
        if (Shape != architecture.Input)
            throw new ArgumentException($"{architecture.Name} takes examples of shape {architecture.Input}, not {Shape}.");
        if (architecture.Layers[0] is not Embedding embedding) return;
        var tokens = Features.Span;
        for (var index = 0; index < tokens.Length; index++)
            if (!(tokens[index] >= 0 && tokens[index] < embedding.Vocabulary && tokens[index] == MathF.Floor(tokens[index])))
                throw new ArgumentException(
                    $"Example {index / Shape.Size} has {tokens[index]} at place {index % Shape.Size}; {architecture.Name} knows the tokens "
                    + $"0 to {embedding.Vocabulary - 1}.");
    }
}
