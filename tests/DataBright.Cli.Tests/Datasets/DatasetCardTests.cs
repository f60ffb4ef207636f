using System.Text;
using System.Text.Json.Nodes;
using DataBright.Cli.Datasets;
using DataBright.Learning.Cards;
using DataBright.Learning.Cards.Records;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Datasets;

public sealed class DatasetCardTests
{
    private static readonly CardFacts About = new(
        "Pets", "Pets of the street.", "cc-by-4.0", "https://node.example/datasets/1", [new("Ada", IsOrganisation: false)],
        new DateOnly(2026, 1, 2), [], [], [], "1.2.0");

    private static readonly CardShard[] Shards =
        [new(1, new Uri("https://node.example/ipfs/bafk1"), Digest.Of("a"u8), 10),
            new(3, new Uri("https://node.example/ipfs/bafk3"), Digest.Of("b"u8), 20)];

    private static readonly DataSchema Points = new(ElementType.Float32, [3, 1, 1], 2);

    [Fact]
    public void A_dataset_is_a_card_with_all_that_version_1_0_demands()
    {
        var card = JsonNode.Parse(DatasetCard.Of(About, Shards, Points, Schema(["cat", "dog"])).ToJson())!.AsObject();
        foreach (var required in new[] { "@context", "@type", "conformsTo", "description", "license", "name", "url", "creator",
            "datePublished", "version" }) card.ContainsKey(required).ShouldBeTrue(required);
        card["conformsTo"]!.GetValue<string>().ShouldBe("http://mlcommons.org/croissant/1.0");
        var file = card["distribution"]![1]!;
        file["@type"]!.GetValue<string>().ShouldBe("cr:FileObject");
        file["contentUrl"]!.GetValue<string>().ShouldBe("https://node.example/ipfs/bafk3");
        file["sha256"]!.GetValue<string>().ShouldBe(Digest.Of("b"u8).ToString());
        file["contentSize"]!.GetValue<string>().ShouldBe("20 B");
        card["recordSet"]!.AsArray().Select(set => set!["@id"]!.GetValue<string>()).ShouldBe(["points-1", "points-3", "classes"]);
        var fields = card["recordSet"]![1]!["field"]!.AsArray();
        fields.Select(field => field!["name"]!.GetValue<string>()).ShouldBe(["height", "label", "colour of fur", "label_"]);
        fields[0]!["description"]!.GetValue<string>().ShouldBe("in cm");
        fields[2]!["dataType"]!.GetValue<string>().ShouldBe("sc:Text");
        fields[2]!["@id"]!.GetValue<string>().ShouldBe("points-3/colour%20of%20fur");
        fields[3]!["dataType"]!.ToJsonString().ShouldBe("""["sc:Integer","cr:Label"]""");
        foreach (var field in fields) field!["source"]!["fileObject"]!["@id"]!.GetValue<string>().ShouldBe("shard-3");
    }

    [Fact]
    public async Task Its_classes_are_read_back_by_their_numbers()
    {
        var card = DatasetCard.Of(About, Shards[..1], Points, Schema(["cat", "dog"]));
        card.Facts.RecordSets[0].Id.ShouldBe("points");
        var listed = await CroissantRecords.Of(card, "card", ".").ClassesAsync("points", "label_", TestContext.Current.CancellationToken);
        listed.ShouldBe([("0", "cat"), ("1", "dog")]);
    }

    [Fact]
    public void A_dataset_that_says_nothing_of_its_points_has_values_and_labels()
    {
        string[] Names(DatasetSchema? meaning) =>
            [.. DatasetCard.Of(About, Shards[..1], Points, meaning).Facts.RecordSets[0].Fields
                .Select(field => $"{field.Name} {field.DataType}")];
        Names(null).ShouldBe(["values sc:Float", "label sc:Integer"]);
        Names(Schema(null) with { Columns = null, Picture = new SchemaPicture(1, 28, 28) })
            .ShouldBe(["image sc:ImageObject", "label sc:Integer"]);
        Names(Schema(null) with { Columns = null, Text = new SchemaText(64) }).ShouldBe(["text sc:Text", "label sc:Integer"]);
    }

    [Fact]
    public void A_description_of_a_card_says_what_the_card_says()
    {
        var text = Encoding.UTF8.GetString(
            CardDescription.Of(About with { Description = "One.\r\nTwo.", CiteAs = "@misc{a,\n b}", Url = "None" }));
        text.ShouldBe("# Pets\n\nOne.\nTwo.\n\nLicense: cc-by-4.0\n\nCreators: Ada\n\nPublished: 2026-01-02\n\nCitation: @misc{a, b}\n");
        CardDescription.Find(text, CardDescription.License).ShouldBe("cc-by-4.0");
        CardDescription.Find(text, CardDescription.Page).ShouldBeNull();
        Should.Throw<Failure>(() => CardDescription.Of(About with { Description = "a\u202Eb" })).Message
            .ShouldContain("name it with --description");
        Should.Throw<Failure>(() => CardDescription.Of(About with { Description = new string('a', 70_000) })).Message
            .ShouldContain("write a shorter text");
    }

    private static DatasetSchema Schema(string[]? classes) => new(
        DatasetSchema.CurrentFormat, Points.Hash, classes,
        [
            new("height", ColumnType.Number, "cm", 0, 1, null, 1, 2), new("label", ColumnType.Number, null, 0, 1, null, 1, 2),
            new("colour of fur", ColumnType.Category, null, 0, 1, ["black", "red"], null, null),
        ], null, null, ValueScale.Any);
}
