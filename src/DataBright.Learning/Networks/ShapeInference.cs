namespace DataBright.Learning.Networks;

/// <summary>Walks the layers once, refusing the first one that does not fit and collecting shapes and parameters.</summary>
internal sealed class ShapeInference
{
    private readonly string _document;
    private readonly List<ExampleShape> _outputs = [];
    private readonly List<ParameterShape> _parameters = [];
    private long _parameterCount;
    private string? _flattenedBy;

    public ShapeInference(string name, ExampleShape input, IReadOnlyList<Layer> layers)
    {
        _document = $"architecture '{name}'";
        if (!IsName(name)) throw Malformed("the name must be 1 to 64 lower-case letters, digits, dots or dashes");
        RequireSize(input, "input");
        if (layers.Count is 0 or > Architecture.MaxLayers) throw Malformed($"1 to {Architecture.MaxLayers} layers are expected, {layers.Count} are there");

        var names = new HashSet<string>(StringComparer.Ordinal);
        var shape = input;
        for (var index = 0; index < layers.Count; index++)
        {
            var layer = layers[index];
            if (!IsName(layer.Name) || layer.Name.Contains('.')) throw Malformed($"layer {index}: '{layer.Name}' is not a name of 1 to 64 lower-case letters, digits or dashes");
            if (!names.Add(layer.Name)) throw Malformed($"layer '{layer.Name}': the name is taken by an earlier layer");
            shape = Follow(layer, shape);
            if (layer is Flatten or Dense) _flattenedBy ??= layer.Name;
            RequireSize(shape, $"layer '{layer.Name}'");
            _outputs.Add(shape);
        }

        if (layers[^1] is not Dense last) throw Malformed($"layer '{layers[^1].Name}': the last layer must be dense, one unit per class");
        if (last.Units < 2) throw Malformed($"layer '{last.Name}': at least two classes are needed, not {last.Units}");
    }

    public IReadOnlyList<ExampleShape> Outputs => _outputs;

    public IReadOnlyList<ParameterShape> Parameters => _parameters;

    private ExampleShape Follow(Layer layer, ExampleShape input) => layer switch
    {
        Convolution convolution => Convolve(convolution, input),
        MaxPool pool => Pool(pool, input),
        Dense dense => Connect(dense, input),
        Flatten => new ExampleShape(input.Size, 1, 1),
        Relu => input,
        _ => throw Malformed($"layer '{layer.Name}': unknown kind {layer.GetType().Name}"),
    };

    private ExampleShape Convolve(Convolution layer, ExampleShape input)
    {
        if (_flattenedBy is not null) throw Malformed($"layer '{layer.Name}': a convolution needs a map, and layer '{_flattenedBy}' made it flat");
        if (layer.Channels is < 1 or > 65536) throw Malformed($"layer '{layer.Name}': channels must be 1 to 65536, not {layer.Channels}");
        if (layer.Kernel is < 1 or > 64) throw Malformed($"layer '{layer.Name}': the kernel must be 1 to 64 wide, not {layer.Kernel}");
        if (layer.Padding < 0 || layer.Padding >= layer.Kernel) throw Malformed($"layer '{layer.Name}': padding must be 0 to {layer.Kernel - 1}, not {layer.Padding}");
        var height = input.Height + 2 * layer.Padding - layer.Kernel + 1;
        var width = input.Width + 2 * layer.Padding - layer.Kernel + 1;
        if (height < 1 || width < 1) throw Malformed($"layer '{layer.Name}': a {layer.Kernel}×{layer.Kernel} kernel with padding {layer.Padding} does not fit its input {input}");
        Add(layer.Name, [layer.Channels, input.Channels, layer.Kernel, layer.Kernel], (long)input.Channels * layer.Kernel * layer.Kernel);
        return new ExampleShape(layer.Channels, height, width);
    }

    private ExampleShape Pool(MaxPool layer, ExampleShape input)
    {
        if (layer.Size is < 2 or > 64) throw Malformed($"layer '{layer.Name}': the window must be 2 to 64 wide, not {layer.Size}");
        if (input.Height < layer.Size || input.Width < layer.Size) throw Malformed($"layer '{layer.Name}': a {layer.Size}×{layer.Size} window does not fit its input {input}");
        return new ExampleShape(input.Channels, input.Height / layer.Size, input.Width / layer.Size);
    }

    private ExampleShape Connect(Dense layer, ExampleShape input)
    {
        if (!input.IsFlat) throw Malformed($"layer '{layer.Name}': a dense layer needs flat input, not {input}; put a flatten layer before it");
        if (layer.Units is < 1 or > 1 << 20) throw Malformed($"layer '{layer.Name}': units must be 1 to {1 << 20}, not {layer.Units}");
        Add(layer.Name, [layer.Units, input.Channels], input.Channels);
        return new ExampleShape(layer.Units, 1, 1);
    }

    private void Add(string layer, int[] weight, long fanIn)
    {
        _parameterCount += (fanIn + 1) * weight[0];
        if (_parameterCount > Architecture.MaxParameters) throw Malformed($"layer '{layer}': more than {Architecture.MaxParameters} parameters");
        _parameters.Add(new ParameterShape($"{layer}.weight", weight, (int)fanIn));
        _parameters.Add(new ParameterShape($"{layer}.bias", [weight[0]], (int)fanIn));
    }

    private void RequireSize(ExampleShape shape, string where)
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1) throw Malformed($"{where}: every dimension must be at least 1, not {shape}");
        if ((Int128)shape.Channels * shape.Height * shape.Width > Architecture.MaxActivations) throw Malformed($"{where}: {shape} is more than {Architecture.MaxActivations} values");
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= 64 } && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '-');

    private MalformedInputException Malformed(string problem) => new(_document, problem);
}
