using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataBright.Learning.Cards;

/// <summary>
/// Reads the facts of a card. A new one is held to what Croissant 1.0 demands; in one that others published, what is missing stays unknown.
/// Every complaint names the part it is about.
/// </summary>
internal sealed class CroissantReader
{
    public static readonly string[] SourceKinds = ["fileObject", "fileSet", "recordSet", "field"];
    private static readonly string[] DatasetTypes = ["sc:Dataset", "Dataset", "schema.org/Dataset", "https://schema.org/Dataset"];
    private static readonly string[] Versions = ["mlcommons.org/croissant/1.0", "mlcommons.org/croissant/1.1"];
    private readonly string _document;
    private readonly bool _isNew;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<(string Id, string Place)> _references = [];

    private CroissantReader(string document, bool isNew) => (_document, _isNew) = (document, isNew);

    public static CardFacts Read(JsonObject card, string document, bool isNew) => new CroissantReader(document, isNew).Read(card);

    /// <summary>A text, or the first one of a list, of languages, or of a thing that is described; null where there is none.</summary>
    public static string? Said(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text.Length > 0 ? text : null,
        JsonArray list => list.Select(Said).FirstOrDefault(text => text is not null),
        JsonObject thing => new[] { "@value", "en", "url", "@id", "name" }.Select(key => Said(thing[key]))
            .FirstOrDefault(text => text is not null) ?? thing.Select(pair => Said(pair.Value)).FirstOrDefault(text => text is not null),
        _ => null,
    };

    private CardFacts Read(JsonObject published)
    {
        // Of version 0.8 are cards that say no version at all.
        var card = FirstCroissant.Is(published) ? FirstCroissant.Upgrade(published) : published;
        const string Place = "dataset";
        if (card["@context"] is null) throw Malformed(Place, "'@context' is missing");
        if (!Types(card, Place).Any(DatasetTypes.Contains))
            throw Malformed(Place, $"'@type' is '{Said(card["@type"])}'; 'sc:Dataset' is expected");
        if (!FirstCroissant.Is(published)) RequireVersion(card);
        var distribution = Objects(card, "distribution", Place, isRequired: false);
        var files = distribution.Where(part => IsA(part, "FileObject", Place)).Select(File).ToArray();
        var sets = distribution.Where(part => !IsA(part, "FileObject", Place)).Select(FileSet).ToArray();
        var records = Objects(card, "recordSet", Place, isRequired: false).Select(RecordSet).ToArray();
        if (_references.FirstOrDefault(reference => !_ids.Contains(reference.Id)) is { Id: not null } lost)
            throw Malformed(lost.Place, $"it refers to '{lost.Id}', and nothing in the card has that @id");
        return new CardFacts(
            Said(card["name"]) ?? throw Malformed(Place, "'name' is missing"), Known(card, "description"), Known(card, "license"),
            Address(card), Creators(card, Place), Date(card, Place),
            files, sets, records, card["version"] is JsonValue version && version.GetValueKind() == JsonValueKind.Number
                ? version.ToJsonString() : Said(card["version"]), Said(card["citeAs"]));
    }

    private void RequireVersion(JsonObject card)
    {
        var said = card["dct:conformsTo"] ?? card["conformsTo"] ?? throw Malformed("dataset", "'conformsTo' is missing");
        if (said is JsonArray list ? list.Any(IsVersion) : IsVersion(said)) return;
        throw Malformed("dataset",
            $"it conforms to '{Said(said) ?? said.ToJsonString()}'; '{CroissantCard.ConformsTo}' or version 1.1 is expected");
    }

    private static bool IsVersion(JsonNode? node) =>
        Said(node)?.TrimEnd('/') is { } text && Versions.Any(version => text == $"http://{version}" || text == $"https://{version}");

    /// <summary>What a new card must say, and others may not.</summary>
    private string? Known(JsonObject card, string name) =>
        Said(card[name]) ?? (_isNew ? throw Malformed("dataset", $"'{name}' is missing") : null);

    private string? Address(JsonObject card)
    {
        var url = Known(card, "url");
        return !_isNew || Uri.TryCreate(url, UriKind.Absolute, out _)
            ? url : throw Malformed("dataset", $"'url' is '{url}'; an absolute address is expected");
    }

    private DateOnly? Date(JsonObject card, string place)
    {
        var text = Known(card, "datePublished");
        string[] forms = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss"];
        if (DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return DateOnly.FromDateTime(date.DateTime);
        return _isNew ? throw Malformed(place, $"'datePublished' is '{text}'; a date such as 2024-12-31 is expected") : null;
    }

    /// <summary>People and organisations with a name; others are left as they are in the card.</summary>
    private CardCreator[] Creators(JsonObject card, string place)
    {
        IEnumerable<JsonNode?> nodes = card["creator"] is JsonArray list ? list : Enumerable.Repeat(card["creator"], 1);
        CardCreator[] creators = [.. nodes.Select(Creator).OfType<CardCreator>()];
        return creators.Length > 0 || !_isNew ? creators : throw Malformed(place, "'creator' is missing");
    }

    private static CardCreator? Creator(JsonNode? node) => node switch
    {
        JsonObject part when Said(part["name"]) is { } name =>
            new CardCreator(name, Said(part["url"]), Said(part["@type"])?.EndsWith("Person", StringComparison.Ordinal) != true),
        JsonValue when Said(node) is { } name => new CardCreator(name),
        _ => null,
    };

    private CardFile File(JsonObject part)
    {
        var id = Id(part, "file");
        var place = $"file '{id}'";
        var isInside = Reference(part, "containedIn", place) is not null;
        if (_isNew && !isInside && !part.ContainsKey("sha256") && !part.ContainsKey("md5")) throw Malformed(place, "'sha256' is missing");
        // Hugging Face writes the address of an issue where a hash belongs, in every card.
        Digest? hash = Said(part["sha256"]) is { } text && Digest.TryParse(text, out var digest) ? digest : null;
        return new CardFile(id, Said(part["name"]) ?? id, Required(part, "contentUrl", place), Required(part, "encodingFormat", place),
            hash, Said(part["contentSize"]));
    }

    private CardFileSet FileSet(JsonObject part)
    {
        var id = Id(part, "distribution");
        var place = $"file set '{id}'";
        if (!IsA(part, "FileSet", place))
            throw Malformed(place, $"'@type' is '{Said(part["@type"])}'; cr:FileObject or cr:FileSet is expected");
        return new CardFileSet(id, Required(part, "includes", place), Required(part, "encodingFormat", place),
            Reference(part, "containedIn", place));
    }

    private CardRecordSet RecordSet(JsonObject part)
    {
        var id = Id(part, "record set");
        var place = $"record set '{id}'";
        if (!IsA(part, "RecordSet", place)) throw Malformed(place, $"'@type' is '{Said(part["@type"])}'; cr:RecordSet is expected");
        var fields = Objects(part, "field", place, isRequired: _isNew).Select(Field).ToArray();
        return new CardRecordSet(id, Said(part["name"]) ?? id, fields);
    }

    private CardField Field(JsonObject part)
    {
        var id = Id(part, "field");
        var place = $"field '{id}'";
        if (!IsA(part, "Field", place)) throw Malformed(place, $"'@type' is '{Said(part["@type"])}'; cr:Field is expected");
        var parts = Objects(part, "subField", place, isRequired: false).Select(Field).ToArray();
        var type = Said(part["dataType"]);
        if (_isNew && type is null && parts.Length == 0) throw Malformed(place, "'dataType' is missing");
        string? source = null, column = null;
        if (part["source"] is JsonObject from)
        {
            var kind = SourceKinds.FirstOrDefault(from.ContainsKey);
            if (kind is null && _isNew) throw Malformed(place, "'source' says neither fileObject, fileSet, recordSet nor field");
            source = kind is null ? null : Reference(from, kind, place);
            column = from["extract"] is JsonObject extract ? Said(extract["column"]) : null;
        }

        return new CardField(id, Said(part["name"]) ?? id, type, source, column, Said(part["description"]));
    }

    private string Id(JsonObject part, string place)
    {
        var id = Required(part, "@id", place);
        return _ids.Add(id) ? id : throw Malformed(place, $"@id '{id}' is there twice");
    }

    /// <summary>The first thing a property refers to; all are checked once every id is known.</summary>
    private string? Reference(JsonObject part, string name, string place)
    {
        if (part[name] is null) return null;
        // Version 1.1 may say what is done to the file before others are found in it.
        string[] ids = [.. Objects(part, name, place, isRequired: true)
            .Select(reference => Required(reference["@id"] is null && reference["fileObject"] is JsonObject file ? file : reference,
                "@id", place))];
        foreach (var id in ids) _references.Add((id, place));
        return ids[0];
    }

    private bool IsA(JsonObject part, string type, string place) =>
        Types(part, place).Any(stated => stated == type || stated.EndsWith(":" + type, StringComparison.Ordinal)
            || stated.EndsWith("/" + type, StringComparison.Ordinal));

    private string[] Types(JsonObject part, string place)
    {
        string[] types = [.. (part["@type"] as JsonArray as IEnumerable<JsonNode?> ?? Enumerable.Repeat(part["@type"], 1)).Select(Said)
            .OfType<string>()];
        return types.Length > 0 ? types : throw Malformed(place, "'@type' is missing");
    }

    private JsonObject[] Objects(JsonObject part, string name, string place, bool isRequired)
    {
        IEnumerable<JsonNode?> nodes = part[name] switch
        {
            JsonArray list => list,
            JsonObject one => new JsonNode?[] { one },
            null => Array.Empty<JsonNode?>(),
            _ => throw Malformed(place, $"'{name}' must be an object or an array of objects"),
        };
        var objects = nodes.Select(node => node as JsonObject
            ?? throw Malformed(place, $"'{name}' must be an object or an array of objects")).ToArray();
        if (objects.Length == 0 && isRequired) throw Malformed(place, $"'{name}' is missing");
        return objects;
    }

    private string Required(JsonObject part, string name, string place) =>
        Said(part[name]) ?? throw Malformed(place, $"'{name}' is missing");

    private MalformedInputException Malformed(string place, string problem) => new(_document, $"{place}: {problem}");
}
