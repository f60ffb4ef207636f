using System.Text.Json;

namespace DataBright.Learning.Layers;

/// <summary>The table of the kinds of layers: each has a name of its own and a record of its own.</summary>
internal sealed class LayerKinds
{
    private readonly Dictionary<string, LayerKind> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, LayerKind> _byLayer = [];

    /// <exception cref="ArgumentException">Two kinds share a name or a record, or a name or property is none.</exception>
    public LayerKinds(IReadOnlyList<LayerKind> kinds)
    {
        All = kinds;
        foreach (var kind in kinds)
        {
            if (!IsName(kind.Name)) throw Wrong(kind, "a name is lower-case letters and dashes");
            if (!kind.Layer.IsSealed) throw Wrong(kind, $"its record {kind.Layer.Name} is not sealed");
            string[] stated = ["kind", "name", .. kind.Properties];
            if (stated.FirstOrDefault(property => stated.Count(other => other == property) > 1) is { } twice)
                throw Wrong(kind, $"it has the property '{twice}' twice");
            if (!_byName.TryAdd(kind.Name, kind)) throw Wrong(kind, "another kind has that name");
            if (!_byLayer.TryAdd(kind.Layer, kind)) throw Wrong(kind, $"'{_byLayer[kind.Layer].Name}' has its record {kind.Layer.Name}");
        }
    }

    /// <summary>The kinds that documents may name.</summary>
    public static LayerKinds Standard { get; } = new(
    [
        new ConvolutionKind(),
        new MaxPoolKind(),
        new AveragePoolKind(),
        new GlobalAverageKind(),
        new ReluKind(),
        new GeluKind(),
        new TanhKind(),
        new FlattenKind(),
        new DenseKind(),
        new LayerNormKind(),
        new BatchNormKind(),
        new DropoutKind(),
        new EmbeddingKind(),
        new SelfAttentionKind(),
        new ResidualKind(),
    ]);

    public IReadOnlyList<LayerKind> All { get; }

    /// <summary>The kind of a layer, or null where it is not in the table.</summary>
    public LayerKind? Of(Layer layer) => _byLayer.GetValueOrDefault(layer.GetType());

    /// <summary>Reads a list of layers; one more than an architecture may have is enough to refuse it.</summary>
    /// <exception cref="MalformedInputException">A layer is of no known kind or has a wrong property; the message names it.</exception>
    public Layer[] Read(StrictJson parent, string property) =>
        [.. parent.Array(property).Take(ShapeInference.MaxLayers + 1).Select(Read)];

    /// <summary>Writes a list of layers.</summary>
    public void Write(Utf8JsonWriter json, string property, IReadOnlyList<Layer> layers)
    {
        json.WriteStartArray(property);
        foreach (var layer in layers)
        {
            var kind = _byLayer[layer.GetType()];
            json.WriteStartObject();
            json.WriteString("kind", kind.Name);
            json.WriteString("name", layer.Name);
            kind.Write(layer, json, this);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private Layer Read(StrictJson item)
    {
        var name = item.Text("name");
        var json = item.Named($"layer '{name}'");
        var given = json.Text("kind");
        if (!_byName.TryGetValue(given, out var kind))
            throw json.Malformed($"kind '{given}' is not known; {string.Join(", ", All.Select(known => known.Name))} are");
        json.AllowOnly(["kind", "name", .. kind.Properties]);
        return kind.Read(name, json, this);
    }

    private static bool IsName(string name) => name.Length > 0 && name.All(c => c is >= 'a' and <= 'z' or '-');

    private static ArgumentException Wrong(LayerKind kind, string problem) =>
        new($"The layer kind '{kind.Name}' ({kind.GetType().Name}) cannot be in the table: {problem}.");
}
