using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using DataBright.Cli.Datasets;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;
using Parquet;
using Parquet.Schema;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using static DataBright.Cli.Tests.Datasets.CroissantCards;

namespace DataBright.Cli.Tests.Datasets;

/// <summary>Points from Croissant cards of the shapes that are published: each is what the same data is from a source of its own.</summary>
public sealed class CroissantPointTests : IDisposable
{
    private const string Rows = "width,height,age,kind\n1.5,2,7,cat\n3,4,?,dog\n5,6,9,dog\n";
    private static readonly string Table = Records("pets",
        string.Join(',', new[] { ("width", "Float"), ("height", "Float"), ("age", "Text"), ("kind", "Text") }
        .Select(field => Field($"pets/{field.Item1}", $"sc:{field.Item2}", Column("rows", field.Item1)))));
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _folder.Dispose();

    /// <summary>As the card of Titanic.</summary>
    [Theory]
    [InlineData("rows.csv", "text/csv")]
    [InlineData("data/rows.csv", "text/csv")]
    [InlineData("https://example.org/files/rows.csv?download=1", "text/csv")]
    public async Task A_table_in_CSV(string url, string encoding)
    {
        Write(url.StartsWith("data/", StringComparison.Ordinal) ? url : "rows.csv", Rows);
        Write("same.csv", Rows);
        Card(File("rows", url, encoding, $", \"sha256\": \"{Digest.Of(Encoding.UTF8.GetBytes(Rows))}\""), Table);
        string[] how = ["--classes", "cat,dog", "--missing", "leave-out"];
        (await ReadAsync(how)).Root.ShouldBe((await ReadFromAsync(["--csv", _folder["same.csv"], .. how])).Root);
        (await ReadAsync([.. how, "--label-column", "kind", "--ignore-column", "age"])).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_table_with_tabs_and_one_that_gzip_packed()
    {
        Write("rows.tsv", Rows.Replace(',', '\t'));
        Card(File("rows", "rows.tsv", "text/tab-separated-values"), Table);
        (await ReadAsync("--classes", "cat,dog", "--missing", "0")).Count.ShouldBe(3);
        using (var gzip = new GZipStream(System.IO.File.Create(_folder["rows.csv.gz"]),
            CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(Rows));
        Card(File("rows", "rows.csv.gz", "text/csv"), Table);
        (await ReadAsync("--classes", "cat,dog", "--missing", "0")).Count.ShouldBe(3);
    }

    /// <summary>As the card of MovieLens: tables in an archive, whose hash the card states.</summary>
    [Theory]
    [InlineData("pack.zip")]
    [InlineData("pack.tar")]
    public async Task A_table_in_an_archive(string name)
    {
        Pack(name, ("inner/rows.csv", Encoding.UTF8.GetBytes(Rows)), ("inner/other.csv", [1]));
        Card(
            $"{File("pack", $"https://example.org/{name}", "application/zip", Hash(name))}, "
            + $"{File("rows", "inner/rows.csv", "text/csv", ", \"containedIn\": { \"@id\": \"pack\" }")}", Table);
        (await ReadAsync("--classes", "cat,dog", "--missing", "leave-out")).Count.ShouldBe(2);
        Card(
            $"{File("pack", name, "application/zip", Hash(name))}, "
            + $"{File("rows", "inner/none.csv", "text/csv", ", \"containedIn\": { \"@id\": \"pack\" }")}", Table);
        (await FaultAsync()).ShouldContain($"inner/none.csv is not in {_folder[name]}");
    }

    /// <summary>As the card of GPT-3: lines of JSON, the class is the file's name.</summary>
    [Fact]
    public async Task Lines_of_JSON_in_a_repository()
    {
        Write("data/add.jsonl", "{\"context\":\"1+1\",\"completion\":\"2\"}\n{\"context\":\"1+2\",\"completion\":\"3\"}\n");
        Write("data/sub.jsonl", "{\"context\":\"2-1\",\"completion\":\"1\",\"more\":[1]}\n");
        Card(
            $"{File("repo", "https://example.org/repo", "git+https",
                ", \"sha256\": \"https://github.com/mlcommons/croissant/issues/80\"")}, {FileSet("jsonl", "\"data/*.jsonl\"",
                    "application/jsonlines", ", \"containedIn\": { \"@id\": \"repo\" }")}",
            Records("default",
                $"{Field("default/context", "sc:Text", Column("jsonl", "context", "fileSet"))}, "
                + $"{Field("default/completion", "sc:Text", Column("jsonl", "completion", "fileSet"))}, "
                + $"{Field("default/task", "sc:Text", Property("jsonl", "filename", "^(.*)\\\\.jsonl$"))}"));
        Write("same.jsonl",
            "{\"text\":\"1+1\",\"label\":\"add\"}\n{\"text\":\"1+2\",\"label\":\"add\"}\n{\"text\":\"2-1\",\"label\":\"sub\"}\n");
        string[] how = ["--classes", "add,sub", "--text-bytes", "4"];
        var read = await ReadAsync([.. how, "--ignore-column", "completion"]);
        read.Root.ShouldBe((await ReadFromAsync(["--texts", _folder["same.jsonl"], .. how])).Root);
        (await ReadAsync([.. how, "--ignore-column", "context"])).Count.ShouldBe(3);
        (await FaultAsync(how)).ShouldContain("--text-bytes says nothing to the table of this Croissant card");
    }

    /// <summary>
    /// As the cards of Fashion-MNIST and of all of Hugging Face: pictures are bytes in a record of a table in Parquet, the part is in the
    /// path.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pictures_in_Parquet(bool isInRecords)
    {
        await ParquetAsync("default/train/0.parquet", isInRecords, (1, 0), (2, 1));
        await ParquetAsync("default/test/0.parquet", isInRecords, (3, 1));
        Card(
            $"{File("repo", "https://example.org/repo", "git+https")}, "
            + $"{FileSet("parquet", "\"*/*/*.parquet\"", "application/x-parquet", ", \"containedIn\": { \"@id\": \"repo\" }")}",
            $$"""
            { "@type": "cr:RecordSet", "@id": "splits", "dataType": "cr:Split", "key": { "@id": "splits/name" }, "field": [ {{Field(
                "splits/name", "sc:Text")}} ], "data": [ { "splits/name": "train" }, { "splits/name": "test" } ] },
            {{Records("default",
                $"{Field("default/split", "sc:Text", Property("parquet", "fullpath", "default/(?P<part>train|test)/.+parquet$"),
                    Refers("splits/name"))}, {Field("default/image", "sc:ImageObject",
                        Column("parquet", "image", "fileSet", ", \"transform\": { \"jsonPath\": \"bytes\" }"))}, {Field("default/label",
                            "sc:Integer", Column("parquet", "label", "fileSet"))}")}}
            """);
        Pictures((0, 1), (1, 2), (1, 3));
        var all = await ReadAsync("--classes", "2");
        all.Root.ShouldBe((await ReadFromAsync("--folder", _folder["same"], "--classes", "2")).Root);
        all.Schema.ToString().ShouldBe("u8 3×2×2, 2 classes");
        _notes.ShouldContain("All parts of the dataset are taken, whatever 'split' says; --split takes one.");
        (await ReadAsync("--classes", "2", "--split", "train")).Count.ShouldBe(2);
        (await FaultAsync("--split", "validation")).ShouldContain("no record has 'validation' in 'split'; there are test, train");
        (await ReadAsync("--size", "4x4", "--grey")).Schema.ToString().ShouldBe("u8 1×4×4, 2 classes");
        (await FaultAsync("--missing", "0")).ShouldContain("--missing says nothing to the pictures of this Croissant card");
        (await FaultAsync("--label-column", "image", "--ignore-column", "label")).ShouldContain("too few are left");
    }

    /// <summary>As the cards of PASS and COCO: pictures in archives, what belongs to them in a table beside.</summary>
    [Fact]
    public async Task Pictures_in_archives_with_their_labels_in_a_table()
    {
        Pack("p0.tar", ("p0/a.png", Png(1)), ("p0/b.png", Png(2)));
        Pack("p1.zip", ("p1/c.png", Png(3)), ("p1/readme.txt", [1]));
        Write("meta.csv", "hash,kind,latitude\nb,dog,1\na,cat,2\nc,dog,3\nz,cow,4\n");
        Card(
            $"{File("meta", "meta.csv", "text/csv")}, {File("p0", "https://example.org/p0.tar", "application/x-tar", Hash("p0.tar"))}, "
            + $"{File("p1", "p1.zip", "application/zip")}, "
            + $"{FileSet("pictures", "\"*.png\"", "image/png", ", \"containedIn\": [ { \"@id\": \"p0\" }, { \"@id\": \"p1\" } ]")}",
            Records("images", $$"""
                {{Field("images/hash", "sc:Text", Property("pictures", "filename", "([^\\\\/]*)\\\\.png"),
                    ", \"references\": { \"fileObject\": { \"@id\": \"meta\" }, \"extract\": { \"column\": \"hash\" } }")}},
                {{Field("images/image", "sc:ImageObject", Property("pictures", "content"))}},
                { "@type": "cr:Field", "@id": "images/where", "dataType": "sc:GeoCoordinates", "subField": [ {{Field("images/latitude",
                    "sc:Float", Column("meta", "latitude"))}} ] },
                {{Field("images/kind", "sc:Text", Column("meta", "kind"))}}
                """));
        Pictures((0, 1), (1, 2), (1, 3));
        System.IO.Directory.Move(_folder["same/0"], _folder["same/cat"]);
        System.IO.Directory.Move(_folder["same/1"], _folder["same/dog"]);
        string[] how = ["--classes", "cat,dog"];
        (await ReadAsync([.. how, "--ignore-column", "hash", "--ignore-column", "latitude"])).Root
            .ShouldBe((await ReadFromAsync(["--folder", _folder["same"], .. how])).Root);
        (await FaultAsync(how)).ShouldContain("a point is a picture or a row, not both");
        (await ReadAsync([.. how, "--ignore-column", "hash", "--ignore-column", "image"])).Count.ShouldBe(3);
    }

    /// <summary>As the card of COCO: the class is a folder of the archive, the card lists the classes.</summary>
    [Fact]
    public async Task Classes_that_the_card_lists()
    {
        Pack("pack.zip", ("val/1.png", Png(2)), ("train/0.png", Png(1)));
        Card(
            $"{File("pack", "pack.zip", "application/zip")}, "
            + $"{FileSet("pictures", "[\"*.png\"]", "image/png", ", \"containedIn\": { \"@id\": \"pack\" }")}",
            $$"""
            { "@type": "cr:RecordSet", "@id": "parts", "dataType": "sc:Enumeration", "key": { "@id": "parts/name" }, "field": [ {{Field(
                "parts/name", "sc:Text")}}, {{Field("parts/url",
                    "sc:URL")}} ], "data": [ { "parts/name": "train" }, { "parts/name": "val" }, { "parts/name": "test" } ] },
            {{Records("images", $"{Field("images/image", "sc:ImageObject", Property("pictures", "content"))}, {Field("images/part",
                "sc:Text", Property("pictures", "fullpath", "^(train|val|test)/.*\\\\.png$"), Refers("parts/name"))}")}}
            """);
        (await ReadAsync()).Schema.ToString().ShouldBe("u8 3×2×2, 3 classes");
        _notes.ShouldBe(["The classes are those of the card: 0 train, 1 val, 2 test."]);
        (await OfferAsync("--classes", "train,val,test")).Count.ShouldBe(2);
        (await Should.ThrowAsync<Failure>(() => OfferAsync())).Message.ShouldContain("is a label by name: say with --classes");
    }

    /// <summary>Hugging Face numbers the classes, and lists their names.</summary>
    [Fact]
    public async Task Numbers_of_classes_get_the_names_that_the_card_lists()
    {
        Write("rows.csv", "x,label\n1.5,1\n2.5,0\n");
        Card(
            File("rows", "rows.csv", "text/csv"),
            $$"""
            { "@type": "cr:RecordSet", "@id": "labels", "dataType": "sc:Enumeration", "field": [ {{Field("labels/label",
                "sc:Integer")}}, { "@type": "cr:Field", "@id": "labels/name", "name": "labels/name", "dataType": ["sc:Text", "sc:name"] } ], "data": [ { "labels/label": 0, "labels/name": "cat" }, { "labels/label": 1, "labels/name": "dog" } ] },
            {{Records("points", $"{Field("points/x", "sc:Float", Column("rows", "x"))}, {Field("points/label", "cr:Label",
                Column("rows", "label"), Refers("labels/label"))}")}}
            """);
        var read = await ReadAsync();
        read.Labels.ToArray().Order().ShouldBe([0, 1]);
        _meaning!.Of(read).Classes.ShouldBe(["cat", "dog"]);
        _meaning!.Of(read).Columns!.Select(column => column.Name).ShouldBe(["x"]);
    }

    /// <summary>As the cards of json-join and COCO: values are found in a document by paths.</summary>
    [Theory]
    [InlineData("$[*].{0}", "[{\"size\":1.5,\"kind\":\"cat\"},{\"size\":2,\"kind\":\"dog\",\"more\":{}}]")]
    [InlineData("$.pets[*].{0}", "{\"pets\":[{\"size\":1.5,\"kind\":\"cat\"},{\"size\":2,\"kind\":\"dog\"}]}")]
    [InlineData("$..{0}", "[{\"of\":{\"size\":1.5},\"kind\":\"cat\"},{\"size\":2,\"kind\":\"dog\"}]")]
    public async Task Paths_into_JSON(string path, string json)
    {
        Write("pets.json", json);
        Card(File("pets", "pets.json", "application/json"),
            Records("records",
                $"{Field("records/size", "sc:Float",
                    JsonPath("pets", string.Format(System.Globalization.CultureInfo.InvariantCulture, path, "size")))}, {Field(
                        "records/kind", "sc:Text", JsonPath("pets",
                            string.Format(System.Globalization.CultureInfo.InvariantCulture, path, "kind")))}"));
        Write("same.csv", "size,kind\n1.5,cat\n2,dog\n");
        (await ReadAsync("--classes", "cat,dog")).Root
            .ShouldBe((await ReadFromAsync("--csv", _folder["same.csv"], "--classes", "cat,dog")).Root);
        Write("pets.json", json.Replace("\"size\":2", "\"sizes\":2"));
        (await FaultAsync("--classes", "cat,dog")).ShouldContain("say with --missing",
            customMessage: "a gap is a missing number, and moves no other");
    }

    /// <summary>As the card simple-join: records in the card itself, brought together with a table.</summary>
    [Fact]
    public async Task Records_in_the_card_and_a_join()
    {
        var users =
            $$"""{ "@type": "cr:RecordSet", "@id": "users", "field": [ {{Field("users/email", "sc:Text")}}, {{Field("users/age",
                "sc:Integer")}} ], "data": [ { "users/email": "ada@x", "users/age": 36 }, { "users/email": "ben@x", "users/age": 7.5 } ] }""";
        Write("rows.csv", "title,by\nOne,ben@x\nTwo,ada@x\nThree,eve@x\n");
        Card(File("rows", "rows.csv", "text/csv"),
            $"{users}, {Records("works",
                $"{Field("works/title", "sc:Text", Column("rows", "title"))}, {Field("works/by", "sc:Text", Column("rows", "by"),
                    Refers("users/email"))}, {Field("works/age", "sc:Integer", "{ \"field\": { \"@id\": \"users/age\" } }")}")}");
        string[] how = ["--label-column", "title", "--classes", "One,Two,Three"];
        (await FaultAsync([.. how, "--ignore-column", "by"])).ShouldContain("say with --missing");
        Numbers(await ReadAsync([.. how, "--ignore-column", "by", "--missing", "-1"])).ShouldBe([-1f, 7.5f, 36f], ignoreOrder: true);
        Numbers(await ReadAsync("--record-set", "users", "--label-column", "email", "--classes", "ada@x,ben@x"))
            .ShouldBe([36f, 7.5f], ignoreOrder: true);
        Card(File("rows", "rows.csv", "text/csv"),
            $"{users.Replace("ben@x", "ada@x")}, "
            + $"{Records("works", $"{Field("works/by", "sc:Text", Column("rows", "by"), Refers("users/email"))}, {Field("works/age",
                "sc:Integer", "{ \"field\": { \"@id\": \"users/age\" } }")}")}");
        (await FaultAsync("--record-set", "works", "--label-column", "by")).ShouldContain("'ada@x' is there more than once in users");
    }

    /// <summary>As the card of FLORES-200: a line is a record, the class is the file's name, all in a tar that gzip packed.</summary>
    [Fact]
    public async Task Lines_of_texts_in_an_archive()
    {
        Pack("flores.tar.gz", ("f/dev/fra.dev", "le chat\nle chien\n"u8.ToArray()), ("f/dev/eng.dev", "the cat\n"u8.ToArray()),
            ("f/devtest/eng.devtest", "no\n"u8.ToArray()));
        Card(
            $"{File("pack", "https://example.org/flores.tar.gz", "application/x-tar", Hash("flores.tar.gz"))}, "
            + $"{FileSet("dev", "\"f/dev/*.dev\"", "application/json", ", \"containedIn\": { \"@id\": \"pack\" }")}",
            Records("train",
                $"{Field("train/line", "sc:Integer", Property("dev", "lineNumbers"))}, "
                + $"{Field("train/text", "sc:Text", Property("dev", "lines"))}, "
                + $"{Field("train/language", "sc:Text", Property("dev", "filename", "(.*)\\\\.dev$"))}"));
        Write("same.jsonl",
            "{\"text\":\"the cat\",\"label\":\"eng\"}\n{\"text\":\"le chat\",\"label\":\"fra\"}\n{\"text\":\"le "
            + "chien\",\"label\":\"fra\"}\n");
        string[] how = ["--classes", "eng,fra", "--text-bytes", "8"];
        (await ReadAsync([.. how, "--ignore-column", "line"])).Root
            .ShouldBe((await ReadFromAsync(["--texts", _folder["same.jsonl"], .. how])).Root);
        Numbers(await ReadAsync("--classes", "eng,fra", "--ignore-column", "text")).ShouldBe([0f, 0f, 1f], ignoreOrder: true);
    }

    /// <summary>As the card simple-split: files of a folder, the label is found in their names.</summary>
    [Fact]
    public async Task Tables_of_a_folder()
    {
        Write("data/train.csv", "data\n1\n2\n");
        Write("data/test.csv", "data\n3\n");
        Card(FileSet("tables", "\"data/*.csv\"", "text/csv", ", \"excludes\": \"*old*\""),
            Records("data",
                $"{Field("data/data", "sc:Integer", Column("tables", "data", "fileSet"))}, "
                + $"{Field("data/split", "sc:Text", Property("tables", "filename", "^(train|test)\\\\.csv$"))}"));
        Write("data/old.csv", "none\n");
        Numbers(await ReadAsync("--classes", "train,test")).ShouldBe([1f, 2f, 3f], ignoreOrder: true);
        Write("data/other.csv", "data\n4\n");
        (await FaultAsync("--classes", "train,test")).ShouldContain("'other.csv' is not of the form that the card expects");
    }

    /// <summary>As the cards of version 0.8 in MLCommons' repository: parts are known by their names.</summary>
    [Fact]
    public async Task A_card_of_version_0_8()
    {
        Write("rows.csv", "x,by\n1.5,ben\n2.5,ada\n");
        Write("card.json", """
            { "@context": { "@vocab": "https://schema.org/", "sc": "https://schema.org/", "ml": "http://mlcommons.org/schema/" }, "@type": "sc:Dataset", "name": "old",
              "distribution": [ { "@type": "sc:FileObject", "name": "rows", "contentUrl": "rows.csv", "encodingFormat": "text/csv", "sha256": "foo" } ],
              "recordSet": [
                { "@type": "ml:RecordSet", "name": "users", "field": [ { "@type": "ml:Field", "name": "id", "dataType": "sc:Text" }, { "@type": "ml:Field", "name": "age", "dataType": "sc:Integer" } ], "data": [ { "id": "ada", "age": 36 }, { "id": "ben", "age": 7 } ] },
                { "@type": "ml:RecordSet", "name": "works", "field": [
                  { "@type": "ml:Field", "name": "x", "dataType": "sc:Float", "source": { "distribution": "rows", "extract": { "column": "x" } } },
                  { "@type": "ml:Field", "name": "age", "dataType": "sc:Integer", "source": { "field": "users/age" } },
                  { "@type": "ml:Field", "name": "by", "dataType": "sc:Text", "references": { "field": "users/id" }, "source": { "distribution": "rows", "extract": { "column": "by" } } } ] } ] }
            """);
        Numbers(await ReadAsync("--classes", "ada,ben")).ShouldBe([1.5f, 7f, 2.5f, 36f], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_missing_is_named_with_the_place_that_the_card_gives()
    {
        Card($"{File("rows", "https://example.org/files/rows.csv", "text/csv")}, {File("more", "data/more.csv", "text/csv")}",
            Records("pets",
                $"{Field("pets/width", "sc:Float", Column("rows", "width"),
                    ", \"references\": { \"fileObject\": { \"@id\": \"more\" }, \"extract\": { \"column\": \"width\" } }")}, {Field(
                        "pets/kind", "sc:Text", Column("more", "kind"))}"));
        (await FaultAsync()).ShouldContain(
            $"2 of its files are not in {Path.GetFullPath(_folder.Path)}: rows.csv (https://example.org/files/rows.csv), more.csv "
            + "(data/more.csv). Nothing is fetched");
        Write("elsewhere/rows.csv", Rows);
        (await FaultAsync("--files", _folder["elsewhere"])).ShouldContain("1 of its files is not in");
        Card(
            $"{File("rows", "https://example.org/files/rows.csv", "text/csv")}, {File("more", "data/more.csv", "text/csv")}",
            Records("pets",
                $"{Field("pets/width", "sc:Float", Column("rows", "width"))}, {Field("pets/kind", "sc:Text", Column("more", "kind"))}"));
        (await FaultAsync()).ShouldContain("its fields come from rows, more, and nothing says which of their records belong together");
        Card(File("rows", "rows.csv", "text/csv"), Table);
        (await ReadAsync("--files", _folder["elsewhere"], "--classes", "cat,dog", "--ignore-column", "age")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_file_that_is_not_what_the_card_says_is_refused()
    {
        Write("rows.csv", Rows);
        Card(File("rows", "rows.csv", "text/csv", $", \"sha256\": \"{Digest.Of("other"u8)}\""), Table);
        (await FaultAsync()).ShouldContain(
            $"its SHA-256 is {Digest.Of(Encoding.UTF8.GetBytes(Rows))}; the card says {Digest.Of("other"u8)}");
        Card(File("rows", "../rows.csv", "text/csv"), Table);
        (await FaultAsync("--classes", "cat,dog", "--missing", "0", "--files", Made("sub"))).ShouldContain("1 of its files is not in");
        (await FaultAsync("--files", _folder["none"])).ShouldBe($"{_folder["none"]}, which --files names, is no folder.");
    }

    [Theory]
    [InlineData("pack.zip")]
    [InlineData("pack.tar")]
    public async Task A_file_in_an_archive_is_held_against_its_hash_too(string name)
    {
        Pack(name, ("rows.csv", Encoding.UTF8.GetBytes(Rows)));
        string Card(string hash) =>
            $"{File("pack", name, "application/zip")}, "
            + $"{File("rows", "rows.csv", "text/csv", $", \"containedIn\": {{ \"@id\": \"pack\" }}, \"sha256\": \"{hash}\"")}";
        this.Card(Card($"{Digest.Of("other"u8)}"), Table);
        (await FaultAsync("--classes", "cat,dog", "--missing", "leave-out")).ShouldContain($"the card says {Digest.Of("other"u8)}");
        this.Card(Card($"{Digest.Of(Encoding.UTF8.GetBytes(Rows))}"), Table);
        (await ReadAsync("--classes", "cat,dog", "--missing", "leave-out")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_file_of_lines_without_ends_of_lines_is_refused()
    {
        Write("long.txt", new string('x', (1 << 24) + 1));
        Card(File("rows", "long.txt", "text/plain"),
            Records("lines", $"{Field("lines/text", "sc:Text", Line("lines"))}, {Field("lines/number", "sc:Text", Line("lineNumbers"))}"));
        (await FaultAsync("--classes", "0,1")).ShouldContain("line 1: more than 16777216 letters");

        static string Line(string property) => $$"""{ "fileObject": { "@id": "rows" }, "extract": { "fileProperty": "{{property}}" } }""";
    }

    /// <summary>Whoever gave the folder could have anything read and offered.</summary>
    [Fact]
    public async Task A_link_out_of_the_folder_is_not_followed()
    {
        Write("private.csv", Rows);
        var folder = Made("given");
        System.IO.File.CreateSymbolicLink(Path.Combine(folder, "rows.csv"), _folder["private.csv"]);
        Card(File("rows", "rows.csv", "text/csv"), Table);
        (await FaultAsync("--files", folder, "--classes", "cat,dog", "--missing", "leave-out")).ShouldContain("outside of the folder");
        Write("given/real.csv", Rows);
        System.IO.File.Delete(Path.Combine(folder, "rows.csv"));
        System.IO.File.CreateSymbolicLink(Path.Combine(folder, "rows.csv"), Path.Combine(folder, "real.csv"));
        (await ReadAsync("--files", folder, "--classes", "cat,dog", "--missing", "leave-out")).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("--record-set none", "there is no record set 'none'; there are pets")]
    [InlineData("--label-column none", "there is no field 'none'; there are width, height, age, kind")]
    [InlineData("--ignore-column none", "there is no field 'none'")]
    [InlineData("--split train", "no field says which part a record belongs to")]
    [InlineData("--ignore-column width --ignore-column height --ignore-column age", "too few are left")]
    [InlineData("--ignore-column kind --label-column kind", "--ignore-column names it too")]
    [InlineData("--size 2x2", "--size says nothing to the table")]
    [InlineData("--no-header", "--no-header says nothing to Croissant cards")]
    [InlineData("", "--categories, or left out with --ignore-column|say with --missing")]
    public async Task What_does_not_go_with_the_card_is_said(string words, string problem)
    {
        Write("rows.csv", Rows);
        Card(File("rows", "rows.csv", "text/csv"), Table);
        (await FaultAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .ShouldMatch(System.Text.RegularExpressions.Regex.Escape(problem).Replace("\\|", "|"));
    }

    [Theory]
    [InlineData("\"regex\": \"^(x)$\"", "is not of the form that the card expects")]
    [InlineData("\"regex\": \"(\"", "is no pattern")]
    [InlineData("\"regex\": \"(at|og)\"", "is not of the form that the card expects, (at|og)")]
    [InlineData("\"replace\": \"(c)at/\\\\1\"", "does not say what is replaced by what")]
    [InlineData("\"separator\": \"|\"", "it is divided into a list")]
    [InlineData("\"unArchive\": true", "'unArchive', is not done here")]
    [InlineData("\"jsonPath\": \"$[?(@.x)]\"", "is not followed here")]
    [InlineData("\"jsonPath\": \"x\"", "is not valid JSON")]
    public async Task What_the_card_asks_for_and_is_not_done_is_refused(string transform, string problem)
    {
        Write("rows.csv", Rows);
        var source = Column("rows", "kind", "fileObject", $", \"transform\": {{ {transform} }}");
        Card(File("rows", "rows.csv", "text/csv"),
            Records("pets", $"{Field("pets/width", "sc:Float", Column("rows", "width"))}, {Field("pets/kind", "sc:Text", source)}"));
        (await FaultAsync("--classes", "cat,dog")).ShouldContain(problem);
    }

    [Fact]
    public async Task Several_record_sets_are_asked_about()
    {
        Write("rows.csv", Rows);
        Card(File("rows", "rows.csv", "text/csv"), $"{Table}, {Table.Replace("pets", "cats")}");
        (await FaultAsync()).ShouldContain("say with --record-set which of its record sets the points are: pets, cats");
        (await ReadAsync("--record-set", "cats", "--classes", "cat,dog", "--missing", "leave-out")).Count.ShouldBe(2);
        Card(File("rows", "rows.csv", "text/csv"), "");
        (await FaultAsync()).ShouldContain("the card has no record set");
    }

    private PointMeaning? _meaning;

    private void Card(string distribution, string recordSets) => Write("card.json", Of(distribution, recordSets));

    private void Write(string name, string content)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        System.IO.File.WriteAllText(_folder[name], content);
    }

    private string Made(string folder) => System.IO.Directory.CreateDirectory(_folder[folder]).FullName;

    private string Hash(string name) => $", \"sha256\": \"{Digest.Of(System.IO.File.ReadAllBytes(_folder[name]))}\"";

    private void Pack(string name, params (string Path, byte[] Content)[] files)
    {
        using Stream file = System.IO.File.Create(_folder[name]);
        if (name.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            foreach (var (path, content) in files)
                using (var entry = zip.CreateEntry(path).Open()) entry.Write(content);
            return;
        }

        using var packed = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using var tar = new TarWriter(packed);
        foreach (var (path, content) in files) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile,
            path) { DataStream = new MemoryStream(content) });
    }

    private static byte[] Png(int seed)
    {
        using var picture = new Image<Rgb24>(2, 2, new Rgb24((byte)seed, 7, 9));
        var content = new MemoryStream();
        picture.Save(content, new PngEncoder { ColorType = PngColorType.Rgb });
        return content.ToArray();
    }

    private void Pictures(params (int Label, int Seed)[] pictures)
    {
        foreach (var (label, seed) in pictures)
        {
            System.IO.Directory.CreateDirectory(_folder[$"same/{label}"]);
            System.IO.File.WriteAllBytes(_folder[$"same/{label}/{seed}.png"], Png(seed));
        }
    }

    private async Task ParquetAsync(string name, bool isInRecords, params (int Seed, int Label)[] rows)
    {
        var (bytes, path, label) = (new DataField<byte[]>(isInRecords ? "bytes" : "image"), new DataField<string>("path"),
            new DataField<long>("label"));
        var schema = isInRecords ? new ParquetSchema(new StructField("image", bytes, path), label) : new ParquetSchema(bytes, label);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        await using var file = System.IO.File.Create(_folder[name]);
        await using var writer = await ParquetWriter.CreateAsync(schema, file, cancellationToken: TestContext.Current.CancellationToken);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(bytes, rows.Select(row => Png(row.Seed)).ToArray());
        if (isInRecords) await group.WriteAsync(path, rows.Select(row => $"{row.Seed}.png").ToArray());
        await group.WriteAsync<long>(label, rows.Select(row => (long)row.Label).ToArray());
    }

    private static float[] Numbers(Shard shard) => Compute.Points.Examples.Values(shard).ToArray();

    private Task<Shard> ReadAsync(params string[] words) => ReadFromAsync(["--croissant", _folder["card.json"], .. words]);

    private async Task<Shard> ReadFromAsync(params string[] words)
    {
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Found);
        var parsed = command.Parse(words);
        var read = await options.ReadAsync(parsed, DataSchema.MaxClasses, TestContext.Current.CancellationToken, _notes.Add);
        _meaning = options.Meaning(parsed);
        return read;
    }

    private async Task<Shard> OfferAsync(params string[] words)
    {
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Offer);
        return await options.ReadAsync(command.Parse(["--croissant", _folder["card.json"], .. words]), DataSchema.MaxClasses,
            TestContext.Current.CancellationToken);
    }

    private async Task<string> FaultAsync(params string[] words)
    {
        var fault = (await Record.ExceptionAsync(() => ReadAsync(words))).ShouldNotBeNull();
        (fault is Failure or MalformedInputException).ShouldBeTrue(fault.ToString());
        return fault.Message;
    }
}
