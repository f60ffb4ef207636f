using System.Text;

namespace DataBright.Learning.Networks;

/// <summary>
/// What a model computes, as data: the shape of its input and a list of layers, trained with softmax cross-entropy.
/// Immutable and checked: an instance always has consistent shapes. Two architectures are equal when their documents are.
/// </summary>
public sealed class Architecture : IEquatable<Architecture>
{
    /// <summary>More layers than this are refused.</summary>
    public const int MaxLayers = 256;

    /// <summary>More parameters than this are refused (1 GiB of them).</summary>
    public const int MaxParameters = 1 << 28;

    /// <summary>A layer whose output for one example has more values than this is refused.</summary>
    public const int MaxActivations = 1 << 24;

    private readonly string _json;

    /// <summary>Checks the layers against each other and infers every shape.</summary>
    /// <exception cref="MalformedInputException">A layer cannot follow the one before it; the message names the layer.</exception>
    public Architecture(string name, ExampleShape input, IReadOnlyList<Layer> layers)
    {
        var inference = new ShapeInference(name, input, layers);
        Name = name;
        Input = input;
        Layers = [.. layers];
        Outputs = inference.Outputs;
        Parameters = inference.Parameters;
        ParameterCount = Parameters.Sum(parameter => parameter.Count);
        _json = ArchitectureDocument.Write(this);
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

    /// <summary>Classes it tells apart: the units of its last layer.</summary>
    public int Classes => Outputs[^1].Channels;

    /// <summary>The parameters a checkpoint of this architecture holds, in the order of the layers.</summary>
    public IReadOnlyList<ParameterShape> Parameters { get; }

    /// <summary>Trainable values in all.</summary>
    public int ParameterCount { get; }

    /// <summary>SHA-256 of the canonical document.</summary>
    public Digest Hash { get; }

    /// <summary>The canonical document: fixed property order, no white space, ASCII.</summary>
    public string ToJson() => _json;

    /// <summary>Reads a document; property order and white space do not matter, unknown properties are refused.</summary>
    /// <param name="json">The document.</param>
    /// <param name="document">What errors call it: a file name, for example.</param>
    /// <exception cref="MalformedInputException">The document is not a valid architecture; the message names the layer.</exception>
    public static Architecture Parse(string json, string document = "architecture") => ArchitectureDocument.Read(json, document);

    /// <summary>
    /// The shape whose (row, column, channel) order the flat input of a dense layer has in memory: that of the map
    /// before the flatten layer. Rectifiers in between change nothing.
    /// </summary>
    internal ExampleShape MapBefore(int layer)
    {
        while (layer > 0 && Layers[layer - 1] is Flatten or Relu) layer--;
        return layer == 0 ? Input : Outputs[layer - 1];
    }

    /// <inheritdoc />
    public bool Equals(Architecture? other) => other is not null && Hash == other.Hash;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Architecture);

    /// <inheritdoc />
    public override int GetHashCode() => Hash.GetHashCode();

    /// <summary>For example <c>lenet-5 (1×28×28, 61706 parameters)</c>.</summary>
    public override string ToString() => $"{Name} ({Input}, {ParameterCount} parameters)";
}
