using System.Text;
using System.Text.Json;

namespace DataBright.Learning.Networks;

/// <summary>The JSON form of an architecture. Writing is canonical; reading is strict.</summary>
internal static class ArchitectureDocument
{
    private const string Format = "databright.architecture/1";
    private const string Loss = "softmax-cross-entropy";

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
            json.WriteString("loss", Loss);
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
        if (root.Text("loss") is var loss && loss != Loss) throw root.Malformed($"loss '{loss}' is not known; '{Loss}' is expected");
        var input = root.Array("input").Select(item => item.Integer()).ToArray();
        if (input.Length != 3) throw root.Malformed($"input must be [channels, height, width], not {input.Length} numbers");

        var layers = root.Array("layers").Take(Architecture.MaxLayers + 1).Select(Read).ToArray();
        try
        {
            return new Architecture(root.Text("name"), new ExampleShape(input[0], input[1], input[2]), layers);
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
                break;
            case MaxPool pool:
                json.WriteNumber("size", pool.Size);
                break;
            case Dense dense:
                json.WriteNumber("units", dense.Units);
                break;
        }

        json.WriteEndObject();
    }

    private static Layer Read(StrictJson item)
    {
        var name = item.Text("name");
        var layer = item.Named($"layer '{name}'");
        switch (layer.Text("kind"))
        {
            case "convolution":
                layer.AllowOnly("kind", "name", "channels", "kernel", "padding");
                return new Convolution(name, layer.Integer("channels"), layer.Integer("kernel"), layer.Integer("padding"));
            case "max-pool":
                layer.AllowOnly("kind", "name", "size");
                return new MaxPool(name, layer.Integer("size"));
            case "relu":
                layer.AllowOnly("kind", "name");
                return new Relu(name);
            case "flatten":
                layer.AllowOnly("kind", "name");
                return new Flatten(name);
            case "dense":
                layer.AllowOnly("kind", "name", "units");
                return new Dense(name, layer.Integer("units"));
            case var kind:
                throw layer.Malformed($"kind '{kind}' is not known; convolution, max-pool, relu, flatten and dense are");
        }
    }

    private static string Kind(Layer layer) => layer switch
    {
        Convolution => "convolution",
        MaxPool => "max-pool",
        Relu => "relu",
        Flatten => "flatten",
        Dense => "dense",
        _ => throw new InvalidOperationException($"No document kind for {layer.GetType().Name}."),
    };
}
