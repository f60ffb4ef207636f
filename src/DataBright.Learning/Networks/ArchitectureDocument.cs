using System.Text;
using System.Text.Json;
using DataBright.Learning.Layers;

namespace DataBright.Learning.Networks;

/// <summary>The JSON form of an architecture. Writing is canonical; reading is strict.</summary>
internal static class ArchitectureDocument
{
    private const string Format = "databright.architecture/1";
    private const string CrossEntropy = "softmax-cross-entropy";
    private const string SquaredError = "mean-squared-error";

    public static string Write(Architecture architecture)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("name", architecture.Name);
            json.WriteStartArray("input");
            json.WriteNumberValue(architecture.Input.Channels);
            json.WriteNumberValue(architecture.Input.Height);
            json.WriteNumberValue(architecture.Input.Width);
            json.WriteEndArray();
            json.WriteStartArray("layers");
            foreach (var layer in architecture.Layers) Write(json, layer);
            json.WriteEndArray();
            json.WriteString("loss", architecture.Loss == Loss.SoftmaxCrossEntropy ? CrossEntropy : SquaredError);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static Architecture Read(string text, string document)
    {
        using var json = StrictJson.Parse(text, document);
        var root = new StrictJson(json.RootElement, document, "architecture");
        root.AllowOnly("format", "name", "input", "layers", "loss");
        if (root.Text("format") is var format && format != Format) throw root.Malformed($"format '{format}' is not known; '{Format}' is expected");
        var loss = root.Text("loss") switch
        {
            CrossEntropy => Loss.SoftmaxCrossEntropy,
            SquaredError => Loss.MeanSquaredError,
            var other => throw root.Malformed($"loss '{other}' is not known; '{CrossEntropy}' and '{SquaredError}' are"),
        };
        var input = root.Array("input").Select(item => item.Integer()).ToArray();
        if (input.Length != 3) throw root.Malformed($"input must be [channels, height, width], not {input.Length} numbers");

        var layers = Layers(root, "layers");
        try
        {
            return new Architecture(root.Text("name"), new ExampleShape(input[0], input[1], input[2]), layers, loss);
        }
        catch (MalformedInputException fault) when (document != "architecture")
        {
            throw new MalformedInputException(document, fault.Message, fault);
        }
    }

    private static void Write(Utf8JsonWriter json, Layer layer)
    {
        json.WriteStartObject();
        json.WriteString("kind", Kind(layer));
        json.WriteString("name", layer.Name);
        switch (layer)
        {
            case Convolution convolution:
                json.WriteNumber("channels", convolution.Channels);
                json.WriteNumber("kernel", convolution.Kernel);
                json.WriteNumber("padding", convolution.Padding);
                // What was always so is not said, so that older documents and their hashes stay what they are.
                if (convolution.Stride != 1) json.WriteNumber("stride", convolution.Stride);
                if (!convolution.HasBias) json.WriteBoolean("bias", false);
                break;
            case MaxPool pool:
                json.WriteNumber("size", pool.Size);
                break;
            case AveragePool pool:
                json.WriteNumber("size", pool.Size);
                break;
            case Dense dense:
                json.WriteNumber("units", dense.Units);
                break;
            case Dropout dropout:
                json.WriteNumber("rate", dropout.Rate);
                break;
            case Embedding embedding:
                json.WriteNumber("vocabulary", embedding.Vocabulary);
                json.WriteNumber("size", embedding.Size);
                break;
            case SelfAttention attention:
                json.WriteNumber("heads", attention.Heads);
                break;
            case Residual residual:
                Write(json, "body", residual.Body);
                if (residual.Shortcut.Count > 0) Write(json, "shortcut", residual.Shortcut);
                break;
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Layer> layers)
    {
        json.WriteStartArray(name);
        foreach (var layer in layers) Write(json, layer);
        json.WriteEndArray();
    }

    private static Layer[] Layers(StrictJson parent, string name) => [.. parent.Array(name).Take(Architecture.MaxLayers + 1).Select(Read)];

    private static Layer Read(StrictJson item)
    {
        var name = item.Text("name");
        var layer = item.Named($"layer '{name}'");
        var kind = layer.Text("kind");
        if (!Properties.TryGetValue(kind, out var properties)) throw layer.Malformed($"kind '{kind}' is not known; {string.Join(", ", Properties.Keys)} are");
        layer.AllowOnly(["kind", "name", .. properties]);
        return kind switch
        {
            "convolution" => new Convolution(name, layer.Integer("channels"), layer.Integer("kernel"), layer.Integer("padding"), layer.Has("stride") ? layer.Integer("stride") : 1, !layer.Has("bias") || layer.Boolean("bias")),
            "max-pool" => new MaxPool(name, layer.Integer("size")),
            "average-pool" => new AveragePool(name, layer.Integer("size")),
            "dense" => new Dense(name, layer.Integer("units")),
            "dropout" => new Dropout(name, layer.Single("rate")),
            "embedding" => new Embedding(name, layer.Integer("vocabulary"), layer.Integer("size")),
            "self-attention" => new SelfAttention(name, layer.Integer("heads")),
            "residual" => new Residual(name, Layers(layer, "body"), layer.Has("shortcut") ? Layers(layer, "shortcut") : []),
            "global-average" => new GlobalAverage(name),
            "relu" => new Relu(name),
            "gelu" => new Gelu(name),
            "tanh" => new Tanh(name),
            "flatten" => new Flatten(name),
            "layer-norm" => new LayerNorm(name),
            _ => new BatchNorm(name),
        };
    }

    /// <summary>What a layer of each kind may say besides its kind and name.</summary>
    private static readonly Dictionary<string, string[]> Properties = new(StringComparer.Ordinal)
    {
        ["convolution"] = ["channels", "kernel", "padding", "stride", "bias"],
        ["max-pool"] = ["size"],
        ["average-pool"] = ["size"],
        ["global-average"] = [],
        ["relu"] = [],
        ["gelu"] = [],
        ["tanh"] = [],
        ["flatten"] = [],
        ["dense"] = ["units"],
        ["layer-norm"] = [],
        ["batch-norm"] = [],
        ["dropout"] = ["rate"],
        ["embedding"] = ["vocabulary", "size"],
        ["self-attention"] = ["heads"],
        ["residual"] = ["body", "shortcut"],
    };

    private static string Kind(Layer layer) => layer switch
    {
        Convolution => "convolution",
        MaxPool => "max-pool",
        AveragePool => "average-pool",
        GlobalAverage => "global-average",
        Relu => "relu",
        Gelu => "gelu",
        Tanh => "tanh",
        Flatten => "flatten",
        Dense => "dense",
        LayerNorm => "layer-norm",
        BatchNorm => "batch-norm",
        Dropout => "dropout",
        Embedding => "embedding",
        SelfAttention => "self-attention",
        Residual => "residual",
        _ => throw new InvalidOperationException($"No document kind for {layer.GetType().Name}."),
    };
}
