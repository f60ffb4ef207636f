using System.Runtime.InteropServices;

namespace DataBright.Learning.Checkpoints;

/// <summary>A named array of binary32 values in row-major order. Immutable: nobody keeps a writable view of the values.</summary>
public sealed class Tensor
{
    private readonly float[] _values;

    /// <summary>Takes the values over; the caller must not write to them any more.</summary>
    /// <exception cref="ArgumentException">The shape does not match the number of values.</exception>
    public Tensor(string name, IReadOnlyList<int> shape, float[] values)
    {
        var count = shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
        if (shape.Any(dimension => dimension < 0) || count != values.Length)
            throw new ArgumentException($"Tensor '{name}' of shape [{string.Join(", ", shape)}] cannot hold {values.Length} values.",
                nameof(values));
        Name = name;
        Shape = [.. shape];
        _values = values;
    }

    /// <summary>The name, unique in its checkpoint.</summary>
    public string Name { get; }

    /// <summary>The dimensions, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values in row-major order.</summary>
    public ReadOnlyMemory<float> Values => _values;

    internal Tensor Renamed(string name) => new(name, Shape, _values);

    /// <summary>For the engine, which fills tensors before it hands them out, or keeps them to itself.</summary>
    internal Span<float> Buffer => _values;

    internal ReadOnlySpan<float> Span => _values;

    internal ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_values.AsSpan());
}
