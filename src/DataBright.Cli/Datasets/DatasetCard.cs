using System.Text.Json.Nodes;
using DataBright.Learning.Cards;
using DataBright.Market.Datasets;

namespace DataBright.Cli.Datasets;

/// <summary>A file of points, as a card names it.</summary>
/// <param name="Number">The shard's place in the dataset.</param>
/// <param name="Url">Where a node serves it.</param>
/// <param name="Sha256">The hash of its bytes.</param>
/// <param name="Bytes">How many there are.</param>
internal sealed record CardShard(int Number, Uri Url, Digest Sha256, long Bytes);

/// <summary>
/// A dataset of the market as a card in Croissant 1.0: a file for each shard, and for each a record set whose fields are the columns, the
/// picture or the text of the dataset's schema, and the label. Classes with names are a record set of their own, in the card itself.
/// </summary>
internal static class DatasetCard
{
    /// <summary>What a shard is to who does not know it; docs/data.md says how one is read.</summary>
    private const string Encoding = "application/octet-stream";

    private const string Classes = "classes";

    /// <param name="about">Name, description, licence, page, creators and date.</param>
    /// <param name="shards">Its files.</param>
    /// <param name="points">The form of its points.</param>
    /// <param name="meaning">What they mean; null where nobody said.</param>
    public static CroissantCard Of(CardFacts about, IReadOnlyList<CardShard> shards, DataSchema? points, DatasetSchema? meaning)
    {
        CardRecordSet[] records =
            [.. shards.Select(shard => Records(shard, shards.Count == 1 ? "points" : $"points-{shard.Number}", points, meaning))];
        var card = CroissantCard.Create(about with
        {
            Files = [.. shards.Select(shard => new CardFile(Id(shard), $"{Id(shard)}.shard", shard.Url.AbsoluteUri, Encoding, shard.Sha256,
                $"{shard.Bytes} B"))],
            RecordSets = records,
        });
        if (meaning?.Classes is not { } names) return card;
        // What a new card has of facts knows no records in the card, and no references.
        var document = JsonNode.Parse(card.ToJson())!.AsObject();
        foreach (var record in document["recordSet"]!.AsArray())
        {
            var label = record!["field"]!.AsArray()[^1]!;
            label["dataType"] = new JsonArray("sc:Integer", "cr:Label");
            label["references"] = new JsonObject { ["field"] = new JsonObject { ["@id"] = $"{Classes}/label" } };
        }

        document["recordSet"]!.AsArray().Add(Listed(names));
        return CroissantCard.Parse(document.ToJsonString());
    }

    private static string Id(CardShard shard) => $"shard-{shard.Number}";

    private static CardRecordSet Records(CardShard shard, string id, DataSchema? points, DatasetSchema? meaning)
    {
        (string Name, string Type, string? Words)[] values = meaning switch
        {
            { Columns: { } columns } =>
                [.. columns.Select(column => (column.Name, column.Categories is null ? "sc:Float" : "sc:Text", Words(column)))],
            { Picture: { } picture } => [("image", "sc:ImageObject", $"{picture.Channels} × {picture.Height} × {picture.Width} values")],
            { Text: { } text } => [("text", "sc:Text", $"the first {text.Bytes} bytes in UTF-8")],
            _ => [("values", "sc:Float", points?.ToString())],
        };
        var label = "label";
        while (values.Any(value => value.Name == label)) label += "_";
        var fields = values.Append((label, "sc:Integer",
            meaning?.Classes is null ? "the class, as a number from 0" : "the class, by its number"));
        return new CardRecordSet(id, id,
            [.. fields.Select(field => new CardField($"{id}/{Uri.EscapeDataString(field.Item1)}", field.Item1, field.Item2, Id(shard),
                field.Item1, field.Item3))]);
    }

    private static string? Words(SchemaColumn column) => column.Categories is { } categories
        ? $"one of {SchemaCheck.Listed(categories)}" : column.Unit is { } unit ? $"in {unit}" : null;

    private static JsonObject Listed(IReadOnlyList<string> names) => new()
    {
        ["@type"] = "cr:RecordSet",
        ["@id"] = Classes,
        ["name"] = Classes,
        ["dataType"] = "sc:Enumeration",
        ["key"] = new JsonObject { ["@id"] = $"{Classes}/label" },
        ["field"] = new JsonArray(
            new JsonObject { ["@type"] = "cr:Field", ["@id"] = $"{Classes}/label", ["name"] = "label", ["dataType"] = "sc:Integer" },
            new JsonObject { ["@type"] = "cr:Field", ["@id"] = $"{Classes}/name", ["name"] = "name",
                ["dataType"] = new JsonArray("sc:Text", "sc:name") }),
        ["data"] =
            new JsonArray([.. names.Select((name, label) => new JsonObject { [$"{Classes}/label"] = label, [$"{Classes}/name"] = name })]),
    };
}
