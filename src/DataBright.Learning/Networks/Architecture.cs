using System.Text;
using System.Text.Json.Serialization;
using DataBright.Learning.Layers;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Networks;

/// <summary>
/// What a model computes, as data: the shape of its input, a list of layers and the loss it is trained with.
/// Immutable and checked: an instance always has consistent shapes. Two architectures are equal when their documents are.
/// </summary>
[JsonConverter(typeof(ArchitectureConverter))]
public sealed class Architecture : IEquatable<Architecture>
{
    /// <summary>More layers than this are refused.</summary>
    public const int MaxLayers = ShapeInference.MaxLayers;

    /// <summary>More parameters than this are refused (1 GiB of them).</summary>
    public const int MaxParameters = ShapeInference.MaxParameters;

    /// <summary>A layer whose output for one example has more values than this is refused.</summary>
    public const int MaxActivations = ShapeInference.MaxActivations;

    private readonly string _json;

    /// <summary>Checks the layers against each other and infers every shape.</summary>
    /// <exception cref="MalformedInputException">A layer cannot follow the one before it; the message names the layer.</exception>
    public Architecture(string name, ExampleShape input, IReadOnlyList<Layer> layers, Loss loss = Loss.SoftmaxCrossEntropy)
        : this(name, input, layers, loss, LayerKinds.Standard)
    {
    }

    /// <summary>The same with layers of other kinds than the standard ones.</summary>
    internal Architecture(string name, ExampleShape input, IReadOnlyList<Layer> layers, Loss loss, LayerKinds kinds)
    {
        var shapes = new ShapeInference(name, input, layers, kinds);
        RequireEnd(layers[^1], loss, shapes);
        Nodes = shapes.Nodes;
        Name = name;
        Input = input;
        Layers = [.. layers];
        Loss = loss;
        Outputs = [.. Nodes.Select(node => node.Output)];
        Parameters = [.. LayerNode.Flattened(Nodes).SelectMany(node => node.Parameters)];
        ParameterCount = Parameters.Where(parameter => parameter.IsTrained).Sum(parameter => parameter.Count);
        ForwardOperations = Nodes.Sum(node => node.Operations);
        _json = ArchitectureDocument.Write(this, kinds);
        Hash = Digest.Of(Encoding.UTF8.GetBytes(_json));
    }

    /// <summary>Lower-case letters, digits, dots and dashes.</summary>
    public string Name { get; }

    /// <summary>The shape of one example.</summary>
    public ExampleShape Input { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The output shape of each layer.</summary>
    public IReadOnlyList<ExampleShape> Outputs { get; }

    /// <summary>What training makes small.</summary>
    public Loss Loss { get; }

    /// <summary>Classes it tells apart, or targets it predicts: the units of its last layer.</summary>
    public int Classes => Outputs[^1].Channels;

    /// <summary>
    /// The parameters a checkpoint of this architecture holds, running statistics included, in the order of the layers: those of a body
    /// before those of its shortcut.
    /// </summary>
    public IReadOnlyList<ParameterShape> Parameters { get; }

    /// <summary>Trainable values in all.</summary>
    public int ParameterCount { get; }

    /// <summary>
    /// Floating point operations that convolutions, dense layers, attention and residual sums need for one example on the way
    /// forth; a multiply-add counts as two. Training needs about three times as many.
    /// </summary>
    public long ForwardOperations { get; }

    /// <summary>SHA-256 of the canonical document.</summary>
    public Digest Hash { get; }

    /// <summary>The canonical document: fixed property order, no white space, ASCII.</summary>
    public string ToJson() => _json;

    /// <summary>Reads a document; property order and white space do not matter, unknown properties are refused.</summary>
    /// <param name="json">The document.</param>
    /// <param name="document">What errors call it: a file name, for example.</param>
    /// <exception cref="MalformedInputException">The document is not a valid architecture; the message names the layer.</exception>
    public static Architecture Parse(string json, string document = "architecture") => Parse(json, document, LayerKinds.Standard);

    internal static Architecture Parse(string json, string document, LayerKinds kinds) => ArchitectureDocument.Read(json, document, kinds);

    /// <summary>The layers in their places.</summary>
    internal IReadOnlyList<LayerNode> Nodes { get; }

    /// <inheritdoc />
    public bool Equals(Architecture? other) => other is not null && Hash == other.Hash;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Architecture);

    /// <inheritdoc />
    public override int GetHashCode() => Hash.GetHashCode();

    /// <summary>For example <c>lenet-5 (1×28×28, 61706 parameters)</c>.</summary>
    public override string ToString() => $"{Name} ({Input}, {ParameterCount} parameters)";

    /// <summary>What the last layer makes is what the loss is measured on.</summary>
    private static void RequireEnd(Layer end, Loss loss, ShapeInference shapes)
    {
        var isClassifier = loss == Loss.SoftmaxCrossEntropy;
        if (end is not Dense last)
            throw shapes.Malformed(end, $"the last layer must be dense, one unit per {(isClassifier ? "class" : "target")}");
        if (last.Units < 2 && isClassifier) throw shapes.Malformed(last, $"at least two classes are needed, not {last.Units}");
    }
}
