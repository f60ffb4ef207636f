using System.Runtime.InteropServices;

namespace DataBright.Learning.Checkpoints;

/// <summary>
/// The parts of an ONNX model (github.com/onnx/onnx, onnx.proto): nodes in the order they are computed, initializers, and the
/// message that holds them. Field numbers are those of the specification.
/// </summary>
internal sealed class OnnxGraph
{
    private const int FloatType = 1;
    private const int IntegerType = 7;
    private const int Version = 8;
    private const int OperatorSet = 17;
    private readonly ProtobufWriter _graph = new();
    private readonly HashSet<string> _constants = new(StringComparer.Ordinal);
    private int _values;

    /// <summary>Adds a node and returns the name of what it makes.</summary>
    public string Add(string kind, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Add(kind, inputs, 1, attributes)[0];

    public string[] Add(string kind, string[] inputs, int outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var made = Enumerable.Range(0, outputs).Select(_ => $"value{_values++}").ToArray();
        var node = new ProtobufWriter();
        foreach (var input in inputs) node.Text(1, input);
        foreach (var output in made) node.Text(2, output);
        node.Text(3, $"{kind.ToLowerInvariant()}-{made[0]}").Text(4, kind);
        foreach (var (name, value) in attributes) node.Message(5, Attribute(name, value));
        _graph.Message(1, node);
        return made;
    }

    /// <summary>A tensor that is part of the model, under its own name.</summary>
    public string Tensor(Tensor tensor) =>
        Initializer(tensor.Name, FloatType, [.. tensor.Shape.Select(dimension => (long)dimension)], tensor.Bytes);

    /// <summary>A number or a list of numbers that a node takes as an input.</summary>
    public string Constant(float value) =>
        Initializer(FormattableString.Invariant($"constant {value:r}"), FloatType, [], MemoryMarshal.AsBytes<float>([value]));

    /// <inheritdoc cref="Constant(float)"/>
    public string Constant(params long[] values) =>
        Initializer($"constant [{string.Join(", ", values)}]", IntegerType, [values.Length], MemoryMarshal.AsBytes<long>(values));

    /// <summary>The whole model: one input and one output, for any number of examples.</summary>
    public byte[] ToModel(string name, string input, long[] inputShape, string output, long outputs,
        IEnumerable<(string Key, string Value)> facts)
    {
        _graph.Text(2, name).Message(11, Value(input, inputShape)).Message(12, Value(output, [outputs]));
        var model = new ProtobufWriter().Number(1, Version).Text(2, "databright").Message(7, _graph);
        model.Message(8, new ProtobufWriter().Text(1, "").Number(2, OperatorSet));
        foreach (var (key, value) in facts) model.Message(14, new ProtobufWriter().Text(1, key).Text(2, value));
        return model.ToArray();
    }

    /// <summary>Gives the last value a name of its own.</summary>
    public void Output(string value, string name) =>
        _graph.Message(1, new ProtobufWriter().Text(1, value).Text(2, name).Text(3, name).Text(4, "Identity"));

    private string Initializer(string name, int type, long[] dimensions, ReadOnlySpan<byte> values)
    {
        if (!_constants.Add(name)) return name;
        var tensor = new ProtobufWriter();
        if (dimensions.Length > 0) tensor.Packed(1, dimensions);
        _graph.Message(5, tensor.Number(2, type).Text(8, name).Bytes(9, values));
        return name;
    }

    private static ProtobufWriter Value(string name, long[] shape)
    {
        var dimensions = new ProtobufWriter().Message(1, new ProtobufWriter().Text(2, "examples"));
        foreach (var dimension in shape) dimensions.Message(1, new ProtobufWriter().Number(1, dimension));
        var tensor = new ProtobufWriter().Number(1, FloatType).Message(2, dimensions);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }

    private static ProtobufWriter Attribute(string name, object value)
    {
        var attribute = new ProtobufWriter().Text(1, name);
        return value switch
        {
            float number => attribute.Float(2, number).Number(20, 1),
            long number => attribute.Number(3, number).Number(20, 2),
            long[] numbers => attribute.Packed(8, numbers).Number(20, 7),
            _ => throw new ArgumentException($"No attribute of type {value.GetType().Name}.", nameof(value)),
        };
    }
}
