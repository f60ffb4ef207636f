using System.Text;
using System.Text.Json.Nodes;
using DataBright.Learning.Cards;

namespace DataBright.Learning.Tests.Cards;

public sealed class CroissantCardTests
{
    private static readonly CardFacts Facts = new(
        "digits", "Handwritten digits, 28×28, grey.", "https://creativecommons.org/licenses/by-sa/3.0/", "https://example.org/digits",
        [new("The collective", "https://example.org"), new("Ada", IsOrganisation: false)], new DateOnly(2024, 2, 29),
        [new("table", "digits.csv", "data/digits.csv", "text/csv", Digest.Of("x"u8), "1024 B")],
        [new("images", "images/*/*.png", "image/png")],
        [new("rows", "rows", [new("rows/width", "width", "sc:Float", "table", "width", "in millimetres"),
            new("rows/label", "label", "sc:Integer", "table", "label")])],
        "1.2.0", "@misc{digits}");

    /// <summary>
    /// In the manner of the Titanic example of the specification: as other tools write cards, with much that we do not know.
    /// </summary>
    private const string Foreign = """
        {
          "@context": { "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo" },
          "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0",
          "name": "Titanic", "description": "Passengers.", "license": ["afl-3.0", "mit"], "url": "https://example.org/titanic", "datePublished": "2023-05-01T12:30:00Z",
          "creator": { "@type": "Person", "name": "F. Harrell", "affiliation": "Vanderbilt" },
          "keywords": ["ships", "survival"], "rai:dataCollection": { "nested": [1, 2.50, null, true] }, "isLiveDataset": false,
          "distribution": [
            { "@type": "cr:FileObject", "@id": "archive", "name": "archive", "contentUrl": "https://example.org/a.zip", "encodingFormat": "application/zip", "sha256": "0b033707ea49365a5ffdd14615825511000000000000000000000000000000aa", "custom": "kept" },
            { "@type": "cr:FileObject", "@id": "passengers", "contentUrl": "p.csv", "containedIn": { "@id": "archive" }, "encodingFormat": "text/csv" },
            { "@type": "cr:FileSet", "@id": "photos", "containedIn": { "@id": "archive" }, "encodingFormat": "image/jpeg", "includes": "*.jpg" }
          ],
          "recordSet": [
            { "@type": "cr:RecordSet", "@id": "people", "key": { "@id": "people/name" },
              "field": [
                { "@type": "cr:Field", "@id": "people/name", "dataType": "sc:Text", "source": { "fileObject": { "@id": "passengers" }, "extract": { "column": "name" }, "transform": { "regex": "(.*)" } } },
                { "@type": "cr:Field", "@id": "people/photo", "dataType": ["sc:ImageObject", "sc:Thing"], "source": { "fileSet": { "@id": "photos" }, "extract": { "fileProperty": "content" } } },
                { "@type": "cr:Field", "@id": "people/where", "subField": [ { "@type": "cr:Field", "@id": "people/where/x", "dataType": "sc:Float", "source": { "fileObject": { "@id": "passengers" }, "extract": { "column": "x" } } } ] }
              ] }
          ]
        }
        """;

    [Fact]
    public void What_is_written_is_read_back()
    {
        var json = CroissantCard.Create(Facts).ToJson();
        var read = CroissantCard.Parse(json);
        read.ToJson().ShouldBe(json);
        Same(read.Facts, Facts);
    }

    [Fact]
    public void A_new_card_has_what_the_specification_demands()
    {
        var card = JsonNode.Parse(CroissantCard.Create(Facts).ToJson())!.AsObject();
        foreach (var required in new[] { "@context", "@type", "conformsTo", "description", "license", "name", "url", "creator",
            "datePublished" }) card.ContainsKey(required).ShouldBeTrue(required);
        card["@context"]!["conformsTo"]!.GetValue<string>().ShouldBe("dct:conformsTo");
        card["@context"]!["dct"]!.GetValue<string>().ShouldBe("http://purl.org/dc/terms/");
        card["@context"]!["dataType"]!["@type"]!.GetValue<string>().ShouldBe("@vocab");
        card["datePublished"]!.GetValue<string>().ShouldBe("2024-02-29");
        card["distribution"]![0]!["sha256"]!.GetValue<string>().ShouldBe(Digest.Of("x"u8).ToString());
        card["recordSet"]![0]!["field"]![0]!["source"]!["fileObject"]!["@id"]!.GetValue<string>().ShouldBe("table");
        card["recordSet"]![0]!["field"]![0]!["source"]!["extract"]!["column"]!.GetValue<string>().ShouldBe("width");
    }

    [Fact]
    public void A_card_of_another_tool_is_understood()
    {
        var facts = CroissantCard.Parse(Foreign).Facts;
        facts.License.ShouldBe("afl-3.0");
        facts.Creators.ShouldBe([new("F. Harrell", IsOrganisation: false)]);
        facts.DatePublished.ShouldBe(new DateOnly(2023, 5, 1));
        facts.Files.Count.ShouldBe(2);
        facts.Files[1].Sha256.ShouldBeNull();
        facts.FileSets.ShouldBe([new("photos", "*.jpg", "image/jpeg", "archive")]);
        facts.RecordSets[0].Fields[0].ShouldBe(new("people/name", "people/name", "sc:Text", "passengers", "name"));
        facts.RecordSets[0].Fields[1].DataType.ShouldBe("sc:ImageObject");
        facts.RecordSets[0].Fields[2].DataType.ShouldBeNull();
    }

    [Fact]
    public void What_is_not_known_survives_reading_changing_and_writing()
    {
        var card = CroissantCard.Parse(Foreign);
        JsonNode.DeepEquals(JsonNode.Parse(card.ToJson()), JsonNode.Parse(Foreign)).ShouldBeTrue();

        var changed = JsonNode.Parse(card.With(card.Facts with { Description = "New.", Version = "2" }).ToJson())!;
        changed["description"]!.GetValue<string>().ShouldBe("New.");
        changed["version"]!.GetValue<string>().ShouldBe("2");
        changed["keywords"]!.ToJsonString().ShouldBe("""["ships","survival"]""");
        changed["rai:dataCollection"]!.ToJsonString().ShouldBe("""{"nested":[1,2.50,null,true]}""");
        changed["license"]!.AsArray().Count.ShouldBe(2);
        changed["datePublished"]!.GetValue<string>().ShouldBe("2023-05-01T12:30:00Z");
        changed["creator"]!["affiliation"]!.GetValue<string>().ShouldBe("Vanderbilt");
        changed["distribution"]![0]!["custom"]!.GetValue<string>().ShouldBe("kept");
        changed["recordSet"]![0]!["key"]!["@id"]!.GetValue<string>().ShouldBe("people/name");
        changed["recordSet"]![0]!["field"]![0]!["source"]!["transform"]!["regex"]!.GetValue<string>().ShouldBe("(.*)");
        changed["recordSet"]![0]!["field"]![1]!["source"]!["fileSet"]!["@id"]!.GetValue<string>().ShouldBe("photos");
        changed["recordSet"]![0]!["field"]![1]!["dataType"]!.AsArray().Count.ShouldBe(2);
        changed["recordSet"]![0]!["field"]![2]!["subField"]!.AsArray().Count.ShouldBe(1);

        var removed = card.With(card.Facts with { RecordSets = [] });
        removed.Facts.RecordSets.ShouldBeEmpty();
        CroissantCard.Parse(removed.ToJson()).Facts.Files.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("@context", "dataset: '@context' is missing")]
    [InlineData("@type", "dataset: '@type' is missing")]
    [InlineData("conformsTo", "dataset: 'conformsTo' is missing")]
    [InlineData("name", "dataset: 'name' is missing")]
    public void A_property_without_which_it_is_no_card_is_named(string property, string problem)
    {
        var card = JsonNode.Parse(Foreign)!.AsObject();
        card.Remove(property);
        Fault(card.ToJsonString()).ShouldBe("card: " + problem);
    }

    [Theory]
    [InlineData("description")]
    [InlineData("license")]
    [InlineData("url")]
    [InlineData("creator")]
    [InlineData("datePublished")]
    public void A_property_that_a_published_card_lacks_stays_unknown(string property)
    {
        var card = JsonNode.Parse(Foreign)!.AsObject();
        card.Remove(property);
        var read = CroissantCard.Parse(card.ToJsonString());
        var changed = JsonNode.Parse(read.With(read.Facts with { Version = "2" }).ToJson())!.AsObject();
        changed.ContainsKey(property).ShouldBeFalse();
        changed.Remove("version");
        JsonNode.DeepEquals(changed, card).ShouldBeTrue();
    }

    [Fact]
    public void What_published_cards_may_lack_a_new_card_must_have()
    {
        string Fault(CardFacts facts) => Should.Throw<MalformedInputException>(() => CroissantCard.Create(facts)).Problem;
        Fault(Facts with { Description = null }).ShouldBe("dataset: 'description' is missing");
        Fault(Facts with { License = null }).ShouldBe("dataset: 'license' is missing");
        Fault(Facts with { Url = null }).ShouldBe("dataset: 'url' is missing");
        Fault(Facts with { Creators = [] }).ShouldBe("dataset: 'creator' is missing");
        Fault(Facts with { DatePublished = null }).ShouldBe("dataset: 'datePublished' is missing");
    }

    /// <summary>As they are published: each form is in cards of Hugging Face, Kaggle, OpenML, Dataverse or of MLCommons itself.</summary>
    [Theory]
    [InlineData("\"0b033707ea49365a5ffdd14615825511000000000000000000000000000000aa\"",
        "\"https://github.com/mlcommons/croissant/issues/80\"")]
    [InlineData("\"0b033707ea49365a5ffdd14615825511000000000000000000000000000000aa\"", "\"\"")]
    [InlineData("\"sha256\"", "\"sha1\"")]
    [InlineData("\"http://mlcommons.org/croissant/1.0\",", "\"http://mlcommons.org/croissant/1.1\",")]
    [InlineData("\"http://mlcommons.org/croissant/1.0\",",
        "[\"http://mlcommons.org/croissant/1.0\", \"http://mlcommons.org/croissant/RAI/1.0\"],")]
    [InlineData("\"Titanic\"", "{ \"fr\": \"Titanique\", \"en\": \"Titanic\" }")]
    [InlineData("2023-05-01T12:30:00Z", "2023")]
    [InlineData("https://example.org/titanic", "titanic")]
    [InlineData("[\"afl-3.0\", \"mit\"]", "{ \"@type\": \"CreativeWork\", \"name\": \"AFL\", \"url\": \"afl-3.0\" }")]
    [InlineData("\"encodingFormat\": \"text/csv\"", "\"encodingFormat\": [\"text/csv\", \"application/csv\"]")]
    [InlineData("\"dataType\": \"sc:Text\",", "")]
    [InlineData("{ \"fileSet\": { \"@id\": \"photos\" },", "{")]
    [InlineData("{ \"@type\": \"Person\", \"name\": \"F. Harrell\", \"affiliation\": \"Vanderbilt\" }", "\"F. Harrell\"")]
    [InlineData("\"F. Harrell\"", "7")]
    [InlineData("{ \"@type\": \"cr:RecordSet\"", "{ \"@type\": [\"cr:RecordSet\", \"sc:Thing\"]")]
    public void Cards_are_read_as_they_are_published_and_nothing_of_them_is_lost(string good, string real)
    {
        var json = Foreign.Replace(good, real);
        json.ShouldNotBe(Foreign);
        var card = CroissantCard.Parse(json);
        card.Facts.Name.ShouldBe("Titanic");
        card.Facts.License.ShouldBe("afl-3.0");
        JsonNode.DeepEquals(JsonNode.Parse(card.ToJson()), JsonNode.Parse(json)).ShouldBeTrue();
        var changed = JsonNode.Parse(card.With(card.Facts with { Version = "2" }).ToJson())!.AsObject();
        changed["version"]!.GetValue<string>().ShouldBe("2");
        changed.Remove("version");
        JsonNode.DeepEquals(changed, JsonNode.Parse(json)).ShouldBeTrue();
    }

    [Fact]
    public void A_placeholder_for_a_hash_stays_where_the_file_is_changed()
    {
        var card = CroissantCard.Parse(Foreign.Replace("0b033707ea49365a5ffdd14615825511000000000000000000000000000000aa",
            "https://github.com/mlcommons/croissant/issues/80"));
        card.Facts.Files[0].Sha256.ShouldBeNull();
        var renamed = card.With(card.Facts with { Files = [card.Facts.Files[0] with { Name = "new" }, card.Facts.Files[1]] });
        JsonNode.Parse(renamed.ToJson())!["distribution"]![0]!["sha256"]!.GetValue<string>()
            .ShouldBe("https://github.com/mlcommons/croissant/issues/80");
        var hashed = card.With(card.Facts with { Files = [card.Facts.Files[0] with { Sha256 = Digest.Of("x"u8) }, card.Facts.Files[1]] });
        JsonNode.Parse(hashed.ToJson())!["distribution"]![0]!["sha256"]!.GetValue<string>().ShouldBe(Digest.Of("x"u8).ToString());
    }

    [Theory]
    [InlineData("croissant/1.0\"", "croissant/0.8\"", "it conforms to 'http://mlcommons.org/croissant/0.8'")]
    [InlineData("\"sc:Dataset\"", "\"sc:Thing\"", "'@type' is 'sc:Thing'")]
    [InlineData("\"contentUrl\": \"p.csv\",", "", "file 'passengers': 'contentUrl' is missing")]
    [InlineData("\"includes\"", "\"excludes\"", "file set 'photos': 'includes' is missing")]
    [InlineData("\"cr:FileSet\"", "\"cr:Folder\"", "file set 'photos': '@type' is 'cr:Folder'")]
    [InlineData("\"cr:RecordSet\"", "\"cr:Records\"", "record set 'people': '@type' is 'cr:Records'")]
    [InlineData("\"@id\": \"photos\", \"containedIn\"", "\"@id\": \"archive\", \"containedIn\"", "@id 'archive' is there twice")]
    [InlineData("{ \"fileSet\": { \"@id\": \"photos\" }", "{ \"fileSet\": { \"@id\": \"photo\" }",
        "field 'people/photo': it refers to 'photo'")]
    [InlineData("\"name\": \"Titanic\"", "\"name\": \"Titanic\", \"name\": \"x\"", "not valid JSON")]
    public void What_the_specification_does_not_allow_is_refused(string good, string bad, string problem) =>
        Fault(Foreign.Replace(good, bad)).ShouldContain(problem);

    [Fact]
    public void A_card_that_cannot_be_right_is_not_created()
    {
        Should.Throw<MalformedInputException>(() => CroissantCard.Create(Facts with { Name = "" }));
        Should.Throw<MalformedInputException>(() => CroissantCard.Create(Facts with { Creators = [] }));
        Should.Throw<MalformedInputException>(() => CroissantCard.Create(Facts with { Files = [] })).Message
            .ShouldContain("it refers to 'table'");
        Should.Throw<MalformedInputException>(() => CroissantCard.Create(Facts with { Url = "digits" })).Message
            .ShouldContain("an absolute address is expected");
        Should.Throw<MalformedInputException>(
            () => CroissantCard.Create(Facts with { Files = [Facts.Files[0] with { Sha256 = null }] })).Message
            .ShouldContain("'sha256' is missing");
        Should.Throw<MalformedInputException>(
            () => CroissantCard.Create(Facts
                with { RecordSets = [Facts.RecordSets[0]
                    with { Fields = [Facts.RecordSets[0].Fields[0] with { DataType = null }] }] })).Message
                    .ShouldContain("'dataType' is missing");
    }

    /// <summary>In the manner of 0.8, which no card names: parts are known by their names, references are texts.</summary>
    private const string First = """
        {
          "@context": { "@vocab": "https://schema.org/", "sc": "https://schema.org/", "ml": "http://mlcommons.org/schema/", "recordSet": "ml:recordSet" },
          "@type": "sc:Dataset", "name": "pictures", "license": "None", "url": "None", "citation": "kept",
          "distribution": [
            { "@type": "sc:FileObject", "name": "metadata", "contentUrl": "m.csv", "encodingFormat": "text/csv", "sha256": "foo" },
            { "@type": "sc:FileObject", "name": "pack0", "contentUrl": "p.tar", "encodingFormat": "application/x-tar", "sha256": "bar" },
            { "@type": "sc:FileSet", "name": "files", "containedIn": ["pack0"], "encodingFormat": "image/jpeg", "includes": "*.jpg" }
          ],
          "recordSet": [
            { "@type": "ml:RecordSet", "name": "images", "key": "hash",
              "field": [
                { "@type": "ml:Field", "name": "hash", "dataType": "sc:Text", "references": { "distribution": "metadata", "extract": { "column": "hash" } },
                  "source": { "distribution": "files", "extract": { "fileProperty": "filename" } } },
                { "@type": "ml:Field", "name": "place", "subField": [ { "@type": "ml:Field", "name": "x", "dataType": "sc:Float", "source": { "distribution": "metadata", "extract": { "column": "x" } } } ] }
              ] },
            { "@type": "ml:RecordSet", "name": "joined", "field": { "@type": "ml:Field", "name": "h", "dataType": "sc:Text", "source": { "field": "images/hash" } } }
          ]
        }
        """;

    [Fact]
    public void A_card_of_version_0_8_is_read_and_nothing_of_it_is_lost()
    {
        var card = CroissantCard.Parse(First);
        card.Facts.Files.Select(file => file.Id).ShouldBe(["metadata", "pack0"]);
        card.Facts.FileSets.ShouldBe([new("files", "*.jpg", "image/jpeg", "pack0")]);
        card.Facts.RecordSets.SelectMany(set => set.Fields).Select(field => (field.Id, field.Source))
            .ShouldBe([("images/hash", "files"), ("images/place", null), ("joined/h", "images/hash")]);
        JsonNode.DeepEquals(JsonNode.Parse(card.ToJson()), JsonNode.Parse(First)).ShouldBeTrue();
        var changed = JsonNode.Parse(card.With(card.Facts with { Version = "2" }).ToJson())!.AsObject();
        changed.Remove("version");
        JsonNode.DeepEquals(changed, JsonNode.Parse(First)).ShouldBeTrue();
        var moved = card.With(card.Facts with { Files = [card.Facts.Files[0] with { ContentUrl = "n.csv" }, card.Facts.Files[1]] });
        moved.Facts.Files[0].ContentUrl.ShouldBe("n.csv");
        moved.Facts.FileSets.ShouldBe(card.Facts.FileSets);
    }

    [Theory]
    [InlineData("\"files\", \"containedIn\": [\"pack0\"]", "\"files\", \"containedIn\": [\"pack1\"]",
        "file set 'files': it refers to 'pack1'")]
    [InlineData("{ \"field\": \"images/hash\" }", "{ \"field\": \"hash\" }", "field 'joined/h': it refers to 'hash'")]
    [InlineData("\"name\": \"pack0\"", "\"name\": \"metadata\"", "@id 'metadata' is there twice")]
    public void References_of_version_0_8_are_held_against_its_names(string good, string bad, string problem) =>
        Fault(First.Replace(good, bad)).ShouldContain(problem);

    [Fact]
    public void A_file_set_may_say_what_is_done_to_the_file_that_names_its_files()
    {
        const string Read = "{ \"fileObject\": { \"@id\": \"archive\" }, \"transform\": { \"unArchive\": true, \"readLines\": true } }";
        var json = Foreign.Replace("\"@id\": \"photos\", \"containedIn\": { \"@id\": \"archive\" }",
            $"\"@id\": \"photos\", \"containedIn\": {Read}");
        var card = CroissantCard.Parse(json);
        card.Facts.FileSets[0].ContainedIn.ShouldBe("archive");
        var changed = card.With(card.Facts with { FileSets = [card.Facts.FileSets[0] with { Includes = "*.png" }] });
        JsonNode.Parse(changed.ToJson())!["distribution"]![2]!["containedIn"]!.ToJsonString()
            .ShouldBe(JsonNode.Parse(Read)!.ToJsonString());
    }

    [Fact]
    public void Damaged_cards_are_read_or_refused_and_nothing_else() =>
        Fuzz.Refuses(Encoding.UTF8.GetBytes(Foreign), bytes =>
        {
            var card = CroissantCard.Parse(Encoding.UTF8.GetString(bytes));
            card.With(card.Facts);
        });

    [Fact]
    public void Damaged_cards_of_version_0_8_are_read_or_refused_and_nothing_else() =>
        Fuzz.Refuses(Encoding.UTF8.GetBytes(First), bytes =>
        {
            var card = CroissantCard.Parse(Encoding.UTF8.GetString(bytes));
            card.With(card.Facts with { Files = [], FileSets = [], RecordSets = [] });
        });

    private static string Fault(string json) => Should.Throw<MalformedInputException>(() => CroissantCard.Parse(json)).Message;

    private static void Same(CardFacts read, CardFacts written)
    {
        (read with { Creators = [], Files = [], FileSets = [], RecordSets = [] }).ToString()
            .ShouldBe((written with { Creators = [], Files = [], FileSets = [], RecordSets = [] }).ToString());
        read.Creators.ShouldBe(written.Creators);
        read.Files.ShouldBe(written.Files);
        read.FileSets.ShouldBe(written.FileSets);
        read.RecordSets.Count.ShouldBe(written.RecordSets.Count);
        read.RecordSets[0].Fields.ShouldBe(written.RecordSets[0].Fields);
    }
}
