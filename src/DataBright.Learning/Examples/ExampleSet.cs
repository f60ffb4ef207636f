using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Examples;

/// <summary>Labelled examples of one shape. Values are binary32 in channels × height × width order, example after example. Immutable by convention: the memory handed in must not change.</summary>
public sealed class ExampleSet
{
    /// <summary>Wraps values and labels without copying them.</summary>
    /// <exception cref="ArgumentException">The number of values is not labels × shape, or a label is negative.</exception>
    public ExampleSet(ExampleShape shape, ReadOnlyMemory<float> features, ReadOnlyMemory<int> labels)
    {
        if (shape.Size < 1) throw new ArgumentException($"Shape {shape} is empty.", nameof(shape));
        if ((long)labels.Length * shape.Size != features.Length)
            throw new ArgumentException($"{labels.Length} examples of shape {shape} need {(long)labels.Length * shape.Size} values, not {features.Length}.", nameof(features));
        foreach (var label in labels.Span)
            if (label < 0)
                throw new ArgumentException($"Label {label} is negative.", nameof(labels));
        Shape = shape;
        Features = features;
        Labels = labels;
    }

    /// <summary>The shape of one example.</summary>
    public ExampleShape Shape { get; }

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
        new(Shape, Features.Slice(start * Shape.Size, count * Shape.Size), Labels.Slice(start, count));

    /// <summary>The examples at <paramref name="indices"/>, in that order, copied.</summary>
    public ExampleSet Select(ReadOnlySpan<int> indices)
    {
        var features = new float[(long)indices.Length * Shape.Size];
        var labels = new int[indices.Length];
        for (var position = 0; position < indices.Length; position++)
        {
            this[indices[position]].CopyTo(features.AsSpan(position * Shape.Size));
            labels[position] = Labels.Span[indices[position]];
        }

        return new ExampleSet(Shape, features, labels);
    }

    /// <summary>All examples of all sets, in order, copied.</summary>
    /// <exception cref="ArgumentException">There is no set, or shapes differ.</exception>
    public static ExampleSet Concat(IReadOnlyList<ExampleSet> sets)
    {
        if (sets.Count == 0) throw new ArgumentException("There is no set to take the shape from.", nameof(sets));
        var shape = sets[0].Shape;
        if (sets.FirstOrDefault(set => set.Shape != shape) is { } other)
            throw new ArgumentException($"Examples of shape {other.Shape} cannot follow examples of shape {shape}.", nameof(sets));
        var count = sets.Sum(set => set.Count);
        var features = new float[checked(count * shape.Size)];
        var labels = new int[count];
        var offset = 0;
        foreach (var set in sets)
        {
            set.Features.Span.CopyTo(features.AsSpan(offset * shape.Size));
            set.Labels.Span.CopyTo(labels.AsSpan(offset));
            offset += set.Count;
        }

        return new ExampleSet(shape, features, labels);
    }

    /// <summary>
    /// SHA-256 over the line <c>databright.examples/1</c>, then little-endian: channels, height, width and count (4 bytes each), the labels
    /// (4 bytes each), the bits of the values.
    /// </summary>
    public Digest Hash()
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Examples are hashed in the machine's byte order, which must be little-endian.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("databright.examples/1\n"u8);
        hash.AppendData(MemoryMarshal.AsBytes<int>([Shape.Channels, Shape.Height, Shape.Width, Count]));
        hash.AppendData(MemoryMarshal.AsBytes(Labels.Span));
        // A span of bytes ends at 2 GiB.
        for (var start = 0; start < Features.Length; start += 1 << 24)
            hash.AppendData(MemoryMarshal.AsBytes(Features.Span.Slice(start, Math.Min(1 << 24, Features.Length - start))));
        return new Digest(hash.GetHashAndReset());
    }

    /// <summary>Refuses examples that <paramref name="architecture"/> cannot learn from.</summary>
    /// <exception cref="ArgumentException">The shape differs, a label is not one of its classes, or there is no example.</exception>
    public void Require(Networks.Architecture architecture)
    {
        if (Count == 0) throw new ArgumentException("There are no examples.");
        if (Shape != architecture.Input) throw new ArgumentException($"{architecture.Name} takes examples of shape {architecture.Input}, not {Shape}.");
        var labels = Labels.Span;
        for (var index = 0; index < labels.Length; index++)
            if (labels[index] >= architecture.Classes)
                throw new ArgumentException($"Example {index} has label {labels[index]}; {architecture.Name} knows the classes 0 to {architecture.Classes - 1}.");
    }
}
