using System.Text.Json.Nodes;

namespace DataBright.Learning.Cards.Records;

/// <summary>Where a value is found: in a file or a set of files by its id, or in another field by its.</summary>
/// <param name="Of">The id.</param>
/// <param name="IsField">Whether it is a field's.</param>
/// <param name="Column">The column of a table, or the property of an object.</param>
/// <param name="Property">What of the file itself: its name, path, content or lines.</param>
/// <param name="JsonPath">Where in a JSON document.</param>
/// <param name="Transforms">What is done to it then, in this order.</param>
internal sealed record SourcePlan(string Of, bool IsField, string? Column, string? Property, string? JsonPath,
    IReadOnlyList<JsonObject> Transforms);

/// <summary>A field of a record set, its parts beside it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name without the record set's before it.</param>
/// <param name="Types">Its types without prefixes, for example Text, ImageObject, Label.</param>
/// <param name="IsRepeated">Whether it holds lists.</param>
/// <param name="Source">Where its values come from; null for those in the card, and those whose form is not known.</param>
/// <param name="References">Which other values they are equal to, so that records are brought together.</param>
internal sealed record FieldPlan(string Id, string Name, IReadOnlyList<string> Types, bool IsRepeated, SourcePlan? Source,
    SourcePlan? References)
{
    public bool IsPicture => Types.Contains("ImageObject");
}

/// <summary>A record set, with the records that lie in the card itself.</summary>
internal sealed record RecordSetPlan(string Id, string Name, IReadOnlyList<string> Types, IReadOnlyList<FieldPlan> Fields, JsonArray? Data);

/// <summary>A file of a card, and the file or folder that it is in.</summary>
internal sealed record FilePlan(string Id, string Name, string Url, string Encoding, Digest? Sha256, string? ContainedIn);

/// <summary>Files of a card that are alike.</summary>
internal sealed record FileSetPlan(string Id, IReadOnlyList<string> Includes, IReadOnlyList<string> Excludes, string Encoding,
    IReadOnlyList<string> ContainedIn);

/// <summary>How the records of a card are made of its files, as far as this product does it.</summary>
internal sealed class CardPlan
{
    private CardPlan(IReadOnlyList<FilePlan> files, IReadOnlyList<FileSetPlan> sets, IReadOnlyList<RecordSetPlan> records) =>
        (Files, FileSets, RecordSets) = (files, sets, records);

    public IReadOnlyList<FilePlan> Files { get; }

    public IReadOnlyList<FileSetPlan> FileSets { get; }

    public IReadOnlyList<RecordSetPlan> RecordSets { get; }

    /// <summary>The record set and the field that have an id.</summary>
    public (RecordSetPlan Set, FieldPlan Field)? FindField(string id)
    {
        foreach (var set in RecordSets)
            if (set.Fields.FirstOrDefault(field => field.Id == id) is { } field)
                return (set, field);
        return null;
    }

    public static CardPlan Of(JsonObject card)
    {
        var distribution = Parts(card["distribution"]).ToArray();
        return new CardPlan(
            [.. distribution.Where(part => Types(part["@type"]).Contains("FileObject")).Select(File)],
            [.. distribution.Where(part => Types(part["@type"]).Contains("FileSet")).Select(FileSet)],
            [.. Parts(card["recordSet"]).Select(RecordSet)]);
    }

    /// <summary>Types without what says whose they are: sc:Text, schema:Text and https://schema.org/Text are one.</summary>
    private static string[] Types(JsonNode? node) => [.. Texts(node).Select(type => type[(type.LastIndexOfAny([':', '/', '#']) + 1)..])];

    private static FilePlan File(JsonObject part)
    {
        var id = Said(part, "@id")!;
        return new FilePlan(
            id, Said(part, "name") ?? id, Said(part, "contentUrl")!, Said(part, "encodingFormat")!,
            Said(part, "sha256") is { } text && Digest.TryParse(text, out var digest) ? digest : null,
            Ids(part["containedIn"]).FirstOrDefault());
    }

    private static FileSetPlan FileSet(JsonObject part) => new(
        Said(part, "@id")!, Texts(part["includes"]), Texts(part["excludes"]), Said(part, "encodingFormat")!, Ids(part["containedIn"]));

    private static RecordSetPlan RecordSet(JsonObject part)
    {
        var id = Said(part, "@id")!;
        return new RecordSetPlan(id, Said(part, "name") ?? id, Types(part["dataType"]),
            [.. Parts(part["field"]).SelectMany(field => Fields(field, id))], part["data"] as JsonArray);
    }

    /// <summary>A field, or the parts of one that has some.</summary>
    private static IEnumerable<FieldPlan> Fields(JsonObject part, string set)
    {
        if (Parts(part["subField"]).ToArray() is { Length: > 0 } parts) return parts.SelectMany(sub => Fields(sub, set));
        var id = Said(part, "@id")!;
        var name = Said(part, "name") ?? id;
        if (name.StartsWith($"{set}/", StringComparison.Ordinal)) name = name[(set.Length + 1)..];
        var isRepeated = part["repeated"] is JsonValue flag && (flag.TryGetValue<bool>(out var yes)
            ? yes : string.Equals(CroissantReader.Said(flag), "true", StringComparison.OrdinalIgnoreCase));
        return [new FieldPlan(id, name, Types(part["dataType"]), isRepeated || part["isArray"] is JsonValue array
            && array.TryGetValue<bool>(out var many) && many, Source(part["source"]), Source(part["references"]))];
    }

    private static SourcePlan? Source(JsonNode? node)
    {
        if (node is not JsonObject source) return null;
        foreach (var kind in (string[])["field", "fileObject", "fileSet"])
            if (Ids(source[kind]).FirstOrDefault() is { } id)
            {
                var extract = source["extract"] as JsonObject;
                return new SourcePlan(id, kind == "field", Said(extract, "column"), Said(extract, "fileProperty"),
                    Said(extract, "jsonPath"), [.. Parts(source["transform"])]);
            }

        return null;
    }

    private static string? Said(JsonObject? part, string name) => part is null ? null : CroissantReader.Said(part[name]);

    private static string[] Texts(JsonNode? node) => node is JsonArray list
        ? [.. list.Select(CroissantReader.Said).OfType<string>()] : CroissantReader.Said(node) is { } one ? [one] : [];

    private static string[] Ids(JsonNode? node) => node switch
    {
        JsonArray list => [.. list.SelectMany(Ids)],
        JsonObject thing when thing["@id"] is null && thing["fileObject"] is { } file => Ids(file),
        JsonObject thing => Texts(thing["@id"]),
        _ => Texts(node),
    };

    private static IEnumerable<JsonObject> Parts(JsonNode? node) =>
        node is JsonArray list ? list.OfType<JsonObject>() : node is JsonObject one ? [one] : [];
}
