using System.Globalization;
using System.Text.Json.Nodes;

namespace DataBright.Learning.Cards;

/// <summary>Puts facts into a card's document, and touches nothing else there.</summary>
internal static class CroissantWriter
{
    /// <summary>The context of Croissant 1.0, word for word.</summary>
    public const string Context = """
        {
          "@language": "en", "@vocab": "https://schema.org/",
          "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/",
          "rai": "http://mlcommons.org/croissant/RAI/",
          "data": { "@id": "cr:data", "@type": "@json" }, "dataType": { "@id": "cr:dataType", "@type": "@vocab" }, "dct": "http://purl.org/dc/terms/",
          "examples": { "@id": "cr:examples", "@type": "@json" }, "extract": "cr:extract", "field": "cr:field", "fileProperty": "cr:fileProperty",
          "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset",
          "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
          "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace", "sc": "https://schema.org/",
          "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform"
        }
        """;

    /// <param name="facts">What the card is to say.</param>
    /// <param name="card">The card so far.</param>
    /// <param name="former">What it said so far; a fact that is still the same is not written again, in whatever form it is there.</param>
    public static JsonObject Write(CardFacts facts, JsonObject card, CardFacts? former)
    {
        if (!card.ContainsKey("@context")) card["@context"] = JsonNode.Parse(Context);
        card["@type"] ??= "sc:Dataset";
        if (!card.ContainsKey("dct:conformsTo") && !FirstCroissant.Is(card)) card["conformsTo"] ??= CroissantCard.ConformsTo;
        if (facts.Name != former?.Name) card["name"] = facts.Name;
        if (facts.Description != former?.Description) Set(card, "description", facts.Description);
        if (facts.License != former?.License) Set(card, "license", facts.License);
        if (facts.Url != former?.Url) Set(card, "url", facts.Url);
        if (facts.DatePublished != former?.DatePublished)
            Set(card, "datePublished", facts.DatePublished?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        if (former is null || !facts.Creators.SequenceEqual(former.Creators)) card["creator"] = Creators(facts.Creators, card["creator"]);
        if (facts.Version != former?.Version) Set(card, "version", facts.Version);
        if (facts.CiteAs != former?.CiteAs) Set(card, "citeAs", facts.CiteAs);
        // Parts that are known by names have no ids to be changed by: all of them get some.
        if (FirstCroissant.Is(card) && former is not null && !IsSameInParts(facts, former)) card = FirstCroissant.Upgrade(card);
        if (former is null || !facts.Files.SequenceEqual(former.Files) || !facts.FileSets.SequenceEqual(former.FileSets))
        {
            var distribution = new Former(card["distribution"]);
            card["distribution"] = new JsonArray([.. facts.Files.Select(file => File(file, distribution)),
                .. facts.FileSets.Select(set => FileSet(set, distribution))]);
        }

        if (former is null || !facts.RecordSets.SequenceEqual(former.RecordSets))
        {
            var recordSets = new Former(card["recordSet"]);
            card["recordSet"] = new JsonArray([.. facts.RecordSets.Select(set => RecordSet(set, recordSets))]);
        }

        return card;
    }

    private static bool IsSameInParts(CardFacts facts, CardFacts former) =>
        facts.Files.SequenceEqual(former.Files) && facts.FileSets.SequenceEqual(former.FileSets)
            && facts.RecordSets.SequenceEqual(former.RecordSets);

    private static JsonArray Creators(IReadOnlyList<CardCreator> creators, JsonNode? old)
    {
        var known = old is JsonArray array ? array.OfType<JsonObject>().ToArray() : old is JsonObject one ? [one] : [];
        return new JsonArray([.. creators.Select(creator =>
        {
            var node = known.FirstOrDefault(other => CroissantReader.Said(other["name"]) == creator.Name)?.DeepClone().AsObject() ?? [];
            node["@type"] ??= creator.IsOrganisation ? "sc:Organization" : "sc:Person";
            node["name"] = creator.Name;
            Set(node, "url", creator.Url);
            return (JsonNode)node;
        })]);
    }

    private static JsonObject File(CardFile file, Former former)
    {
        var node = former.Of(file.Id, "cr:FileObject");
        node["name"] = file.Name;
        node["contentUrl"] = file.ContentUrl;
        Set(node, "encodingFormat", file.EncodingFormat, node["encodingFormat"] is JsonArray);
        // What stands in the hash's place and is none says something to whoever wrote it.
        if (file.Sha256 is { } hash) node["sha256"] = hash.ToString();
        Set(node, "contentSize", file.ContentSize);
        return node;
    }

    private static JsonObject FileSet(CardFileSet set, Former former)
    {
        var node = former.Of(set.Id, "cr:FileSet");
        Set(node, "includes", set.Includes, node["includes"] is JsonArray);
        Set(node, "encodingFormat", set.EncodingFormat, node["encodingFormat"] is JsonArray);
        if (set.ContainedIn is null) node.Remove("containedIn");
        else if (node["containedIn"] is not JsonArray && Referred(node["containedIn"]) != set.ContainedIn)
            node["containedIn"] = new JsonObject { ["@id"] = set.ContainedIn };
        return node;
    }

    private static JsonObject RecordSet(CardRecordSet set, Former former)
    {
        var node = former.Of(set.Id, "cr:RecordSet");
        if (CroissantReader.Said(node["name"]) != set.Name) node["name"] = set.Name;
        var fields = new Former(node["field"]);
        node["field"] = new JsonArray([.. set.Fields.Select(field => Field(field, fields))]);
        return node;
    }

    private static JsonObject Field(CardField field, Former former)
    {
        var node = former.Of(field.Id, "cr:Field");
        node["name"] = field.Name;
        Set(node, "dataType", field.DataType, node["dataType"] is JsonArray);
        Set(node, "description", field.Description);
        if (field.Source is null) return node;
        var source = node["source"] as JsonObject ?? [];
        // A source that is there keeps the way it refers; a new one refers to a file.
        var kind = CroissantReader.SourceKinds.FirstOrDefault(source.ContainsKey) ?? "fileObject";
        if (Referred(source[kind]) != field.Source) source[kind] = new JsonObject { ["@id"] = field.Source };
        if (field.Column is not null)
        {
            var extract = source["extract"] as JsonObject ?? [];
            extract["column"] = field.Column;
            source["extract"] = extract.Parent is null ? extract : extract.DeepClone();
        }

        node["source"] = source.Parent is null ? source : source.DeepClone();
        return node;
    }

    private static string? Referred(JsonNode? reference) =>
        CroissantReader.Said(reference is JsonObject thing ? thing["@id"] ?? (thing["fileObject"] as JsonObject)?["@id"] : reference);

    private static void Set(JsonObject node, string name, string? value, bool isList = false)
    {
        if (value is null) node.Remove(name);
        else if (!isList || node[name] is not JsonArray list || list.Count == 0 || CroissantReader.Said(list[0]) != value)
            node[name] = value;
    }

    /// <summary>The parts a list had, to be taken over by their ids.</summary>
    private sealed class Former(JsonNode? list)
    {
        private readonly JsonObject[] _parts = list is JsonArray array
            ? [.. array.OfType<JsonObject>()] : list is JsonObject one ? [one] : [];

        public JsonObject Of(string id, string type)
        {
            var node = _parts.FirstOrDefault(part => part["@id"] is JsonValue value && value.TryGetValue<string>(out var other)
                && other == id)?.DeepClone().AsObject() ?? [];
            node["@type"] ??= type;
            node["@id"] = id;
            return node;
        }
    }
}
