using DataBright.Learning.Layers;

namespace DataBright.Learning.Networks;

/// <summary>Walks the layers once, refusing the first one that does not fit and collecting shapes and parameters.</summary>
internal sealed class ShapeInference
{
    private readonly record struct Flow(ExampleShape Shape, ExampleShape Order, string? FlattenedBy);

    private readonly string _document;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _parameterCount;
    private int _layers;

    public ShapeInference(string name, ExampleShape input, IReadOnlyList<Layer> layers, Loss loss)
    {
        _document = $"architecture '{name}'";
        if (!IsName(name)) throw Malformed("the name must be 1 to 64 lower-case letters, digits, dots or dashes");
        RequireSize(input, "input");
        if (layers.Count is 0 or > Architecture.MaxLayers) throw Malformed($"1 to {Architecture.MaxLayers} layers are expected, {layers.Count} are there");

        (Nodes, _) = Walk(layers, new Flow(input, input, null));
        if (layers[^1] is not Dense last) throw Malformed($"layer '{layers[^1].Name}': the last layer must be dense, {(loss == Loss.SoftmaxCrossEntropy ? "one unit per class" : "one unit per target")}");
        if (last.Units < 2 && loss == Loss.SoftmaxCrossEntropy) throw Malformed($"layer '{last.Name}': at least two classes are needed, not {last.Units}");
    }

    public IReadOnlyList<LayerNode> Nodes { get; }

    private (IReadOnlyList<LayerNode>, Flow) Walk(IReadOnlyList<Layer> layers, Flow flow)
    {
        var nodes = new List<LayerNode>();
        foreach (var layer in layers)
        {
            if (++_layers > Architecture.MaxLayers) throw Malformed($"layer '{layer.Name}': more than {Architecture.MaxLayers} layers, inner ones included");
            if (!IsName(layer.Name) || layer.Name.Contains('.')) throw Malformed($"layer {nodes.Count}: '{layer.Name}' is not a name of 1 to 64 lower-case letters, digits or dashes");
            if (!_names.Add(layer.Name)) throw Malformed($"layer '{layer.Name}': the name is taken by an earlier layer");
            var node = Follow(layer, flow);
            RequireSize(node.Output, $"layer '{layer.Name}'");
            Count(node);
            nodes.Add(node);
            flow = Next(node, flow);
        }

        return (nodes, flow);
    }

    private LayerNode Follow(Layer layer, Flow flow) => layer switch
    {
        Convolution convolution => Convolve(convolution, flow),
        MaxPool pool => Node(layer, flow, Pool(pool, pool.Size, flow)),
        AveragePool pool => Node(layer, flow, Pool(pool, pool.Size, flow)),
        GlobalAverage => Node(layer, flow, RequireMap(layer, flow, "a global average") with { Height = 1, Width = 1 }),
        Dense dense => Connect(dense, flow),
        Flatten => Node(layer, flow, new ExampleShape(flow.Shape.Size, 1, 1)),
        Relu or Gelu or Tanh => Node(layer, flow, flow.Shape),
        Dropout dropout => dropout.Rate is > 0 and < 1 ? Node(layer, flow, flow.Shape) : throw Malformed(layer, $"the rate must be above 0 and below 1, not {dropout.Rate}"),
        LayerNorm => Normalise(layer, flow, []),
        BatchNorm => Normalise(layer, flow, [new($"{layer.Name}.running-mean", [flow.Shape.Channels], 1, ParameterStart.Zero, IsTrained: false), new($"{layer.Name}.running-variance", [flow.Shape.Channels], 1, ParameterStart.One, IsTrained: false)]),
        Embedding embedding => Embed(embedding, flow),
        SelfAttention attention => Attend(attention, flow),
        Residual residual => Branch(residual, flow),
        _ => throw Malformed(layer, $"unknown kind {layer.GetType().Name}"),
    };

    private static Flow Next(LayerNode node, Flow flow) => node.Layer switch
    {
        Flatten => new Flow(node.Output, flow.Order, flow.FlattenedBy ?? node.Layer.Name),
        Dense => new Flow(node.Output, node.Output, flow.FlattenedBy ?? node.Layer.Name),
        Relu or Gelu or Tanh or Dropout or LayerNorm or BatchNorm => flow,
        _ => flow with { Shape = node.Output, Order = node.Output },
    };

    private static LayerNode Node(Layer layer, Flow flow, ExampleShape output) => new(layer, flow.Shape, output) { Order = flow.Order };

    private LayerNode Convolve(Convolution layer, Flow flow)
    {
        var input = RequireMap(layer, flow, "a convolution");
        if (layer.Channels is < 1 or > 65536) throw Malformed(layer, $"channels must be 1 to 65536, not {layer.Channels}");
        if (layer.Kernel is < 1 or > 64) throw Malformed(layer, $"the kernel must be 1 to 64 wide, not {layer.Kernel}");
        if (layer.Padding < 0 || layer.Padding >= layer.Kernel) throw Malformed(layer, $"padding must be 0 to {layer.Kernel - 1}, not {layer.Padding}");
        if (layer.Stride is < 1 or > 64) throw Malformed(layer, $"the stride must be 1 to 64, not {layer.Stride}");
        int height = input.Height + 2 * layer.Padding - layer.Kernel, width = input.Width + 2 * layer.Padding - layer.Kernel;
        if (height < 0 || width < 0) throw Malformed(layer, $"a {layer.Kernel}×{layer.Kernel} kernel with padding {layer.Padding} does not fit its input {input}");
        var output = new ExampleShape(layer.Channels, height / layer.Stride + 1, width / layer.Stride + 1);
        var fanIn = (long)input.Channels * layer.Kernel * layer.Kernel;
        return Node(layer, flow, output) with
        {
            Parameters = Linear(layer, layer.Name, [layer.Channels, input.Channels, layer.Kernel, layer.Kernel], fanIn, layer.HasBias),
            Operations = 2 * fanIn * output.Size,
        };
    }

    private ExampleShape Pool(Layer layer, int size, Flow flow)
    {
        var input = RequireMap(layer, flow, "pooling");
        if (size is < 2 or > 64) throw Malformed(layer, $"the window must be 2 to 64 wide, not {size}");
        if (input.Height < size || input.Width < size) throw Malformed(layer, $"a {size}×{size} window does not fit its input {input}");
        return new ExampleShape(input.Channels, input.Height / size, input.Width / size);
    }

    private LayerNode Connect(Dense layer, Flow flow)
    {
        var input = flow.Shape;
        if (!input.IsFlat) throw Malformed(layer, $"a dense layer needs flat input, not {input}; put a flatten layer before it");
        if (layer.Units is < 1 or > 1 << 20) throw Malformed(layer, $"units must be 1 to {1 << 20}, not {layer.Units}");
        return Node(layer, flow, new ExampleShape(layer.Units, 1, 1)) with
        {
            Parameters = Linear(layer, layer.Name, [layer.Units, input.Channels], input.Channels, hasBias: true),
            Operations = 2L * input.Channels * layer.Units,
        };
    }

    private static LayerNode Normalise(Layer layer, Flow flow, ParameterShape[] running) => Node(layer, flow, flow.Shape) with
    {
        Parameters =
        [
            new($"{layer.Name}.weight", [flow.Shape.Channels], 1, ParameterStart.One),
            new($"{layer.Name}.bias", [flow.Shape.Channels], 1, ParameterStart.Zero),
            .. running,
        ],
    };

    private LayerNode Embed(Embedding layer, Flow flow)
    {
        if (_layers != 1) throw Malformed(layer, "an embedding must be the first layer");
        if (flow.Shape is not { Channels: 1, Height: 1 }) throw Malformed(layer, $"an embedding takes tokens as 1×1×length, not {flow.Shape}");
        if (layer.Vocabulary is < 2 or > 1 << 24) throw Malformed(layer, $"the vocabulary must be 2 to {1 << 24} tokens, not {layer.Vocabulary}");
        if (layer.Size is < 1 or > 65536) throw Malformed(layer, $"the size must be 1 to 65536, not {layer.Size}");
        if ((long)(layer.Vocabulary + flow.Shape.Width) * layer.Size > Architecture.MaxParameters) throw TooMany(layer);
        return Node(layer, flow, new ExampleShape(layer.Size, 1, flow.Shape.Width)) with
        {
            Parameters =
            [
                new($"{layer.Name}.weight", [layer.Vocabulary, layer.Size], layer.Size),
                new($"{layer.Name}.place", [flow.Shape.Width, layer.Size], layer.Size),
            ],
        };
    }

    private LayerNode Attend(SelfAttention layer, Flow flow)
    {
        var input = RequireMap(layer, flow, "attention");
        if (input.Height != 1) throw Malformed(layer, $"attention needs a sequence of shape channels×1×length, not {input}");
        if (layer.Heads < 1 || input.Channels % layer.Heads != 0) throw Malformed(layer, $"the heads must divide the {input.Channels} channels, and {layer.Heads} do not");
        var channels = input.Channels;
        return Node(layer, flow, input) with
        {
            Parameters = [.. Linear(layer, layer.Name + ".in", [3 * channels, channels], channels, true), .. Linear(layer, layer.Name + ".out", [channels, channels], channels, true)],
            Operations = 8L * channels * channels * input.Width + 4L * channels * input.Width * input.Width,
        };
    }

    private LayerNode Branch(Residual layer, Flow flow)
    {
        if (layer.Body.Count == 0) throw Malformed(layer, "the body must have a layer");
        if (flow.Order != flow.Shape) throw Malformed(layer, $"it cannot follow layer '{flow.FlattenedBy}' directly; put a dense layer between them");
        var (body, bodyEnd) = Walk(layer.Body, flow);
        var (shortcut, shortcutEnd) = Walk(layer.Shortcut, flow);
        if (bodyEnd.Shape != shortcutEnd.Shape) throw Malformed(layer, $"its body makes {bodyEnd.Shape} and its shortcut {shortcutEnd.Shape}; a sum needs equal shapes");
        if (bodyEnd.Order != bodyEnd.Shape || shortcutEnd.Order != shortcutEnd.Shape) throw Malformed(layer, "a flatten layer in it must be followed by a dense layer in it");
        return Node(layer, flow, bodyEnd.Shape) with
        {
            Body = body,
            Shortcut = shortcut,
            Operations = body.Sum(node => node.Operations) + shortcut.Sum(node => node.Operations) + bodyEnd.Shape.Size,
        };
    }

    private ParameterShape[] Linear(Layer layer, string name, int[] weight, long fanIn, bool hasBias)
    {
        if ((Int128)fanIn * weight[0] > Architecture.MaxParameters) throw TooMany(layer);
        var shape = new ParameterShape($"{name}.weight", weight, (int)fanIn);
        return hasBias ? [shape, new ParameterShape($"{name}.bias", [weight[0]], (int)fanIn, ParameterStart.Zero)] : [shape];
    }

    private void Count(LayerNode node)
    {
        _parameterCount += node.Parameters.Sum(parameter => (long)parameter.Count);
        if (_parameterCount > Architecture.MaxParameters) throw TooMany(node.Layer);
    }

    private ExampleShape RequireMap(Layer layer, Flow flow, string what) =>
        flow.FlattenedBy is null ? flow.Shape : throw Malformed(layer, $"{what} needs a map, and layer '{flow.FlattenedBy}' made it flat");

    private void RequireSize(ExampleShape shape, string where)
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1) throw Malformed($"{where}: every dimension must be at least 1, not {shape}");
        if ((Int128)shape.Channels * shape.Height * shape.Width > Architecture.MaxActivations) throw Malformed($"{where}: {shape} is more than {Architecture.MaxActivations} values");
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= 64 } && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '-');

    private MalformedInputException TooMany(Layer layer) => Malformed(layer, $"more than {Architecture.MaxParameters} parameters");

    private MalformedInputException Malformed(Layer layer, string problem) => Malformed($"layer '{layer.Name}': {problem}");

    private MalformedInputException Malformed(string problem) => new(_document, problem);
}
