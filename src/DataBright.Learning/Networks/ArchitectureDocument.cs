using System.Text;
using System.Text.Json;
using DataBright.Learning.Layers;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Networks;

/// <summary>The JSON form of an architecture. Writing is canonical; reading is strict.</summary>
internal static class ArchitectureDocument
{
    private const string Format = "databright.architecture/1";
    private const string CrossEntropy = "softmax-cross-entropy";
    private const string SquaredError = "mean-squared-error";

    public static string Write(Architecture architecture, LayerKinds kinds)
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
            kinds.Write(json, "layers", architecture.Layers);
            json.WriteString("loss", architecture.Loss == Loss.SoftmaxCrossEntropy ? CrossEntropy : SquaredError);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static Architecture Read(string text, string document, LayerKinds kinds)
    {
        using var json = StrictJson.Parse(text, document);
        var root = new StrictJson(json.RootElement, document, "architecture");
        root.AllowOnly("format", "name", "input", "layers", "loss");
        if (root.Text("format") is var format && format != Format)
            throw root.Malformed($"format '{format}' is not known; '{Format}' is expected");
        var loss = root.Text("loss") switch
        {
            CrossEntropy => Loss.SoftmaxCrossEntropy,
            SquaredError => Loss.MeanSquaredError,
            var other => throw root.Malformed($"loss '{other}' is not known; '{CrossEntropy}' and '{SquaredError}' are"),
        };
        var input = root.Array("input").Select(item => item.Integer()).ToArray();
        if (input.Length != 3) throw root.Malformed($"input must be [channels, height, width], not {input.Length} numbers");

        var layers = kinds.Read(root, "layers");
        try
        {
            return new Architecture(root.Text("name"), new ExampleShape(input[0], input[1], input[2]), layers, loss, kinds);
        }
        catch (MalformedInputException fault) when (document != "architecture")
        {
            throw new MalformedInputException(document, fault.Message, fault);
        }
    }
}
