using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>
/// Walks the layers once, refusing the first one that does not fit and collecting shapes and parameters. What a layer does to
/// shapes is its kind's to say; the checks that several kinds share are here.
/// </summary>
internal sealed class ShapeInference
{
    /// <summary>More layers than this are refused, those in others included.</summary>
    public const int MaxLayers = 256;

    /// <summary>More parameters than this are refused (1 GiB of them).</summary>
    public const int MaxParameters = 1 << 28;

    /// <summary>A layer whose output for one example has more values than this is refused.</summary>
    public const int MaxActivations = 1 << 24;

    private readonly string _document;
    private readonly LayerKinds _kinds;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _parameterCount;
    private int _layers;

    public ShapeInference(string name, ExampleShape input, IReadOnlyList<Layer> layers, LayerKinds kinds)
    {
        (_document, _kinds) = ($"architecture '{name}'", kinds);
        if (!IsName(name)) throw Malformed("the name must be 1 to 64 lower-case letters, digits, dots or dashes");
        RequireSize(input, "input");
        if (layers.Count is 0 or > MaxLayers)
            throw Malformed($"1 to {MaxLayers} layers are expected, {layers.Count} are there");

        (Nodes, _) = Walk(layers, new Flow(input, input, null));
    }

    public IReadOnlyList<LayerNode> Nodes { get; }

    /// <summary>True while the first layer of all is looked at.</summary>
    public bool IsFirst => _layers == 1;

    public (IReadOnlyList<LayerNode> Nodes, Flow End) Walk(IReadOnlyList<Layer> layers, Flow flow)
    {
        var nodes = new List<LayerNode>();
        foreach (var layer in layers)
        {
            if (++_layers > MaxLayers)
                throw Malformed(layer, $"more than {MaxLayers} layers, inner ones included");
            if (!IsName(layer.Name) || layer.Name.Contains('.'))
                throw Malformed($"layer {nodes.Count}: '{layer.Name}' is not a name of 1 to 64 lower-case letters, digits or dashes");
            if (!_names.Add(layer.Name)) throw Malformed(layer, "the name is taken by an earlier layer");
            var kind = _kinds.Of(layer) ?? throw Malformed(layer, $"unknown kind {layer.GetType().Name}");
            var node = kind.Infer(layer, flow, this);
            RequireSize(node.Output, $"layer '{layer.Name}'");
            Count(node);
            nodes.Add(node);
            flow = node.Next;
        }

        return (nodes, flow);
    }

    /// <summary>The weights, and if asked the biases, of a linear map with <paramref name="weight"/>[0] outputs.</summary>
    public ParameterShape[] Linear(Layer layer, string name, int[] weight, long fanIn, bool hasBias)
    {
        if ((Int128)fanIn * weight[0] > MaxParameters) throw TooMany(layer);
        var shape = new ParameterShape($"{name}.weight", weight, (int)fanIn);
        return hasBias ? [shape, new ParameterShape($"{name}.bias", [weight[0]], (int)fanIn, ParameterStart.Zero)] : [shape];
    }

    /// <summary>One scale and one shift for each channel.</summary>
    public static ParameterShape[] ScaleAndShift(Layer layer, int channels) =>
    [
        new($"{layer.Name}.weight", [channels], 1, ParameterStart.One),
        new($"{layer.Name}.bias", [channels], 1, ParameterStart.Zero),
    ];

    public ExampleShape RequireMap(Layer layer, Flow flow, string what) =>
        flow.FlattenedBy is null ? flow.Shape : throw Malformed(layer, $"{what} needs a map, and layer '{flow.FlattenedBy}' made it flat");

    /// <summary>The shape that square windows without overlap make of a map.</summary>
    public ExampleShape RequireWindows(Layer layer, int size, Flow flow)
    {
        var input = RequireMap(layer, flow, "pooling");
        if (size is < 2 or > 64) throw Malformed(layer, $"the window must be 2 to 64 wide, not {size}");
        if (input.Height < size || input.Width < size) throw Malformed(layer, $"a {size}×{size} window does not fit its input {input}");
        return new ExampleShape(input.Channels, input.Height / size, input.Width / size);
    }

    public MalformedInputException TooMany(Layer layer) => Malformed(layer, $"more than {MaxParameters} parameters");

    public MalformedInputException Malformed(Layer layer, string problem) => Malformed($"layer '{layer.Name}': {problem}");

    private MalformedInputException Malformed(string problem) => new(_document, problem);

    private void Count(LayerNode node)
    {
        _parameterCount += node.Parameters.Sum(parameter => (long)parameter.Count);
        if (_parameterCount > MaxParameters) throw TooMany(node.Layer);
    }

    private void RequireSize(ExampleShape shape, string where)
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1)
            throw Malformed($"{where}: every dimension must be at least 1, not {shape}");
        if ((Int128)shape.Channels * shape.Height * shape.Width > MaxActivations)
            throw Malformed($"{where}: {shape} is more than {MaxActivations} values");
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= 64 } && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '-');
}
