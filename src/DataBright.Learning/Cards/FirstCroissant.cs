using System.Text.Json.Nodes;

namespace DataBright.Learning.Cards;

/// <summary>
/// Croissant 0.8, which no card names: parts are known by their names, which references repeat as texts. Brought to the form of 1.0 it is
/// read like it; the card itself stays as it is.
/// </summary>
internal static class FirstCroissant
{
    private const string Vocabulary = "http://mlcommons.org/schema/";

    public static bool Is(JsonObject card) =>
        card["conformsTo"] is null && card["dct:conformsTo"] is null
        && card["@context"] is JsonObject context && context.Any(term => CroissantReader.Said(term.Value) == Vocabulary);

    /// <summary>A copy in the form of 1.0.</summary>
    public static JsonObject Upgrade(JsonObject card)
    {
        var upgraded = card.DeepClone().AsObject();
        var sets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in Parts(upgraded, "distribution"))
        {
            Name(part, null);
            Refer(part, "containedIn");
            if (CroissantReader.Said(part["@type"])?.EndsWith("FileSet", StringComparison.Ordinal) == true)
                sets.Add(CroissantReader.Said(part["@id"]) ?? "");
        }

        foreach (var records in Parts(upgraded, "recordSet"))
        {
            Name(records, null);
            foreach (var field in Parts(records, "field")) Upgrade(field, CroissantReader.Said(records["@id"]), sets);
        }

        return upgraded;
    }

    private static void Upgrade(JsonObject field, string? parent, HashSet<string> sets)
    {
        Name(field, parent);
        foreach (var place in (string[])["source", "references"])
        {
            if (field[place] is not JsonObject source) continue;
            if (CroissantReader.Said(source["distribution"]) is { } file)
            {
                source.Remove("distribution");
                source[sets.Contains(file) ? "fileSet" : "fileObject"] = new JsonObject { ["@id"] = file };
            }

            Refer(source, "field");
        }

        foreach (var part in Parts(field, "subField")) Upgrade(part, CroissantReader.Said(field["@id"]), sets);
    }

    private static void Name(JsonObject part, string? parent)
    {
        if (part["@id"] is null && CroissantReader.Said(part["name"]) is { } name) part["@id"] = parent is null ? name : $"{parent}/{name}";
    }

    private static void Refer(JsonObject part, string name)
    {
        if (part[name] is JsonValue && CroissantReader.Said(part[name]) is { } one) part[name] = Reference(one);
        else if (part[name] is JsonArray many)
            part[name] = new JsonArray(
                [.. many.Select(node => node is JsonValue && CroissantReader.Said(node) is { } id ? Reference(id) : node?.DeepClone())]);
    }

    private static JsonObject Reference(string id) => new() { ["@id"] = id };

    private static IEnumerable<JsonObject> Parts(JsonObject whole, string name) =>
        whole[name] is JsonArray list ? list.OfType<JsonObject>() : whole[name] is JsonObject one ? [one] : [];
}
