using System.Globalization;
using System.Text.Json.Nodes;

namespace DataBright.Learning.Cards;

/// <summary>Reads the facts of a card and holds it to what Croissant 1.0 demands. Every complaint names the part it is about.</summary>
internal sealed class CroissantReader
{
    public static readonly string[] SourceKinds = ["fileObject", "fileSet", "recordSet", "field"];
    private static readonly string[] DatasetTypes = ["sc:Dataset", "Dataset", "schema.org/Dataset", "https://schema.org/Dataset"];
    private readonly string _document;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<(string Id, string Place)> _references = [];

    private CroissantReader(string document) => _document = document;

    public static CardFacts Read(JsonObject card, string document) => new CroissantReader(document).Read(card);

    private CardFacts Read(JsonObject card)
    {
        const string Place = "dataset";
        if (card["@context"] is null) throw Malformed(Place, "'@context' is missing");
        if (!DatasetTypes.Contains(Text(card, "@type", Place))) throw Malformed(Place, $"'@type' is '{Text(card, "@type", Place)}'; 'sc:Dataset' is expected");
        var conforms = Text(card, card.ContainsKey("dct:conformsTo") ? "dct:conformsTo" : "conformsTo", Place);
        if (conforms != CroissantCard.ConformsTo) throw Malformed(Place, $"it conforms to '{conforms}'; '{CroissantCard.ConformsTo}' is expected");

        var distribution = Objects(card, "distribution", Place, isRequired: false);
        var files = distribution.Where(part => IsA(part, "FileObject", Place)).Select(File).ToArray();
        var sets = distribution.Where(part => !IsA(part, "FileObject", Place)).Select(FileSet).ToArray();
        var records = Objects(card, "recordSet", Place, isRequired: false).Select(RecordSet).ToArray();
        if (_references.FirstOrDefault(reference => !_ids.Contains(reference.Id)) is { Id: not null } lost) throw Malformed(lost.Place, $"it refers to '{lost.Id}', and nothing in the card has that @id");
        return new CardFacts(
            Text(card, "name", Place), Text(card, "description", Place), FirstText(card, "license", Place), Address(card), Creators(card, Place), Date(card, Place),
            files, sets, records, OptionalText(card, "version", Place), OptionalText(card, "citeAs", Place));
    }

    private string Address(JsonObject card)
    {
        var url = Text(card, "url", "dataset");
        return Uri.TryCreate(url, UriKind.Absolute, out _) ? url : throw Malformed("dataset", $"'url' is '{url}'; an absolute address is expected");
    }

    private DateOnly Date(JsonObject card, string place)
    {
        var text = Text(card, "datePublished", place);
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? DateOnly.FromDateTime(date.DateTime)
            : throw Malformed(place, $"'datePublished' is '{text}'; a date such as 2024-12-31 is expected");
    }

    private CardCreator[] Creators(JsonObject card, string place) =>
        [.. Objects(card, "creator", place, isRequired: true).Select(part => new CardCreator(Text(part, "name", "creator"), OptionalText(part, "url", "creator"), !IsA(part, "Person", "creator")))];

    private CardFile File(JsonObject part)
    {
        var id = Id(part, "file");
        var place = $"file '{id}'";
        var isInside = Reference(part, "containedIn", place) is not null;
        if (!isInside && !part.ContainsKey("sha256") && !part.ContainsKey("md5")) throw Malformed(place, "'sha256' is missing");
        Digest? hash = null;
        if (OptionalText(part, "sha256", place) is { } text) hash = Digest.TryParse(text, out var digest) ? digest : throw Malformed(place, $"'sha256' is '{text}'; 64 hexadecimal digits are expected");
        return new CardFile(id, OptionalText(part, "name", place) ?? id, Text(part, "contentUrl", place), Text(part, "encodingFormat", place), hash, OptionalText(part, "contentSize", place));
    }

    private CardFileSet FileSet(JsonObject part)
    {
        var id = Id(part, "distribution");
        var place = $"file set '{id}'";
        if (!IsA(part, "FileSet", place)) throw Malformed(place, $"'@type' is '{Text(part, "@type", place)}'; cr:FileObject or cr:FileSet is expected");
        return new CardFileSet(id, FirstText(part, "includes", place), Text(part, "encodingFormat", place), Reference(part, "containedIn", place));
    }

    private CardRecordSet RecordSet(JsonObject part)
    {
        var id = Id(part, "record set");
        var place = $"record set '{id}'";
        if (!IsA(part, "RecordSet", place)) throw Malformed(place, $"'@type' is '{Text(part, "@type", place)}'; cr:RecordSet is expected");
        var fields = Objects(part, "field", place, isRequired: true).Select(Field).ToArray();
        return new CardRecordSet(id, OptionalText(part, "name", place) ?? id, fields);
    }

    private CardField Field(JsonObject part)
    {
        var id = Id(part, "field");
        var place = $"field '{id}'";
        if (!IsA(part, "Field", place)) throw Malformed(place, $"'@type' is '{Text(part, "@type", place)}'; cr:Field is expected");
        var parts = Objects(part, "subField", place, isRequired: false).Select(Field).ToArray();
        var type = part.ContainsKey("dataType") ? FirstText(part, "dataType", place) : null;
        if (type is null && parts.Length == 0) throw Malformed(place, "'dataType' is missing");
        string? source = null, column = null;
        if (part["source"] is JsonObject from)
        {
            if (SourceKinds.FirstOrDefault(from.ContainsKey) is not { } kind) throw Malformed(place, "'source' says neither fileObject, fileSet, recordSet nor field");
            source = Reference(from, kind, place);
            column = from["extract"] is JsonObject extract && extract.ContainsKey("column") ? Text(extract, "column", place) : null;
        }
        else if (part["source"] is not null)
            throw Malformed(place, "'source' must be an object");

        return new CardField(id, OptionalText(part, "name", place) ?? id, type, source, column, OptionalText(part, "description", place));
    }

    private string Id(JsonObject part, string place)
    {
        var id = Text(part, "@id", place);
        return _ids.Add(id) ? id : throw Malformed(place, $"@id '{id}' is there twice");
    }

    /// <summary>The first thing a property refers to; all are checked once every id is known.</summary>
    private string? Reference(JsonObject part, string name, string place)
    {
        if (part[name] is null) return null;
        string[] ids = [.. Objects(part, name, place, isRequired: true).Select(reference => Text(reference, "@id", place))];
        foreach (var id in ids) _references.Add((id, place));
        return ids[0];
    }

    private bool IsA(JsonObject part, string type, string place) => Text(part, "@type", place) is var stated && (stated == type || stated.EndsWith(":" + type, StringComparison.Ordinal) || stated.EndsWith("/" + type, StringComparison.Ordinal));

    private JsonObject[] Objects(JsonObject part, string name, string place, bool isRequired)
    {
        IEnumerable<JsonNode?> nodes = part[name] switch
        {
            JsonArray list => list,
            JsonObject one => new JsonNode?[] { one },
            null => Array.Empty<JsonNode?>(),
            _ => throw Malformed(place, $"'{name}' must be an object or an array of objects"),
        };
        var objects = nodes.Select(node => node as JsonObject ?? throw Malformed(place, $"'{name}' must be an object or an array of objects")).ToArray();
        if (objects.Length == 0 && isRequired) throw Malformed(place, $"'{name}' is missing");
        return objects;
    }

    private string FirstText(JsonObject part, string name, string place)
    {
        if (part[name] is not JsonArray list) return Text(part, name, place);
        if (list.Count == 0 || list.Any(item => item is not JsonValue value || !value.TryGetValue<string>(out _))) throw Malformed(place, $"'{name}' must be a text or an array of texts");
        return (string)list[0]!;
    }

    private string Text(JsonObject part, string name, string place) => OptionalText(part, name, place) is { Length: > 0 } text ? text : throw Malformed(place, $"'{name}' is missing");

    private string? OptionalText(JsonObject part, string name, string place) => part[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw Malformed(place, $"'{name}' must be a text"),
    };

    private MalformedInputException Malformed(string place, string problem) => new(_document, $"{place}: {problem}");
}
