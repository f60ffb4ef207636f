using System.Text;
using System.Text.Json;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Tests.Examples;

public sealed class JsonLinesFileTests
{
    private const string Rows = "{\"features\":[1,-2.5],\"label\":\"b\"}\n{\"label\":\"a\",\"features\":[0.1,3e2]}\r\n";
    private const string Texts = "{\"text\":\"hé\",\"label\":1}\n{\"text\":\"longer\\n\",\"label\":0}";

    [Fact]
    public void Rows_of_features_are_read()
    {
        var (examples, classes) = Features(Rows);
        examples.Shape.ShouldBe(new(2, 1, 1));
        examples.Features.ToArray().ShouldBe([1f, -2.5f, 0.1f, 300f]);
        examples.Labels.ToArray().ShouldBe([1, 0]);
        classes.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Texts_are_read_as_the_bytes_of_their_UTF_8()
    {
        var (examples, classes) = JsonLinesFile.ParseText(Stream(Texts), "t", 5);
        examples.Shape.ShouldBe(new(1, 1, 5));
        examples[0].ToArray().ShouldBe([0x68, 0xC3, 0xA9, 0, 0]);
        examples[1].ToArray().ShouldBe([.. "longe".Select(c => (float)c)]);
        examples.Labels.ToArray().ShouldBe([1, 0]);
        classes.ShouldBe(["0", "1"]);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("{\"features\":[1],\"label\":0}\n\n{\"features\":[1],\"label\":0}\n", "line 2: not valid JSON")]
    [InlineData("[1]\n", "line 1: an object is expected")]
    [InlineData("{\"features\":[1],\"label\":0}\n{\"features\":[1,2],\"label\":0}\n", "line 2: 2 features; the first line has 1")]
    [InlineData("{\"features\":[],\"label\":0}\n", "line 1: 'features' must be an array of numbers")]
    [InlineData("{\"features\":[1,NaN],\"label\":0}\n", "line 1: not valid JSON")]
    [InlineData("{\"features\":[1,1e39],\"label\":0}\n", "line 1: '1e39' is not a number that 32 bits can hold")]
    [InlineData("{\"features\":[1,\"2\"],\"label\":0}\n", "is not a number that 32 bits can hold")]
    [InlineData("{\"features\":[1],\"label\":-1}\n", "line 1: the label must be a text or a whole number from 0")]
    [InlineData("{\"features\":[1],\"label\":0.5}\n", "line 1: the label must be a text or a whole number from 0")]
    [InlineData("{\"features\":[1]}\n", "line 1: 'label' is missing")]
    [InlineData("{\"label\":1}\n", "line 1: 'features' is missing")]
    [InlineData("{\"features\":[1],\"label\":0,\"x\":1}\n", "line 1: unknown property 'x'; 'features' and 'label' are expected")]
    [InlineData("{\"features\":[1],\"label\":0,\"label\":1}\n", "line 1: not valid JSON")]
    [InlineData("{\"features\":[1],\"label\":\"\\ud800\"}\n", "line 1: not valid JSON")]
    [InlineData("{\"features\":[1],\"label\":0} {}\n", "line 1: not valid JSON")]
    public void What_is_wrong_is_said_with_the_line(string content, string problem) =>
        Should.Throw<MalformedInputException>(() => Features(content)).Message
            .ShouldSatisfyAllConditions(message => message.ShouldStartWith("rows.jsonl: "), message => message.ShouldContain(problem));

    [Fact]
    public void Texts_that_are_none_are_refused()
    {
        Should.Throw<MalformedInputException>(() => JsonLinesFile.ParseText(Stream("{\"text\":1,\"label\":0}"), "t", 5)).Message
            .ShouldBe("t: line 1: 'text' must be a string");
        Should.Throw<MalformedInputException>(
            () => JsonLinesFile.ParseText(new MemoryStream([.. "{\"text\":\""u8, 0xC3, 0x28, .. "\",\"label\":0}"u8]), "t", 5)).Message
            .ShouldContain("line 1");
        Should.Throw<MalformedInputException>(() => JsonLinesFile.ParseFeatures(Stream(Rows), "t", ["b"])).Message
            .ShouldContain("line 2: label 'a' is none of the 1 expected classes");
    }

    [Fact]
    public async Task Lines_are_those_of_Pythons_json()
    {
        Assert.SkipUnless(File.Exists(Python.Program), "There is no Python.");
        const string Script = """
            import json, random, sys
            random.seed(3)
            with open(sys.argv[1] + '/f.jsonl', 'w') as file, open(sys.argv[1] + '/t.jsonl', 'w') as texts:
                rows = [{'features': [random.gauss(0, 10 ** random.randint(-30, 30)) for _ in range(4)], 'label': random.choice('xyz')} for _ in range(300)]
                lines = [{'text': ''.join(chr(random.choice([65, 233, 8364, 119070, 10, 34, 92])) for _ in range(random.randint(0, 9))), 'label': i % 4} for i in range(300)]
                for row in rows: file.write(json.dumps(row) + '\n')
                for i, line in enumerate(lines): texts.write(json.dumps(line, ensure_ascii=i % 2 == 0) + '\r\n')
            print(json.dumps([rows, [[list(line['text'].encode('utf-8')), line['label']] for line in lines]]))
            """;
        using var folder = new TemporaryFolder();
        using var expected = JsonDocument.Parse(await PeerProgram.RunAsync(Python.Program, "-X", "utf8", "-c", Script, folder.Path));
        var (features, classes) = JsonLinesFile.ReadFeatures(folder["f.jsonl"]);
        classes.ShouldBe(["x", "y", "z"]);
        var n = 0;
        foreach (var row in expected.RootElement[0].EnumerateArray())
        {
            features[n].ToArray().ShouldBe(row.GetProperty("features").EnumerateArray().Select(x => x.GetSingle()));
            classes[features.Labels.Span[n++]].ShouldBe(row.GetProperty("label").GetString());
        }

        n.ShouldBe(300);
        var texts = JsonLinesFile.ReadText(folder["t.jsonl"], 16).Examples;
        n = 0;
        foreach (var line in expected.RootElement[1].EnumerateArray())
        {
            texts[n].ToArray().ShouldBe(line[0].EnumerateArray().Select(b => b.GetSingle()).Concat(Enumerable.Repeat(0f, 16)).Take(16));
            texts.Labels.Span[n++].ShouldBe(line[1].GetInt32());
        }
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        Fuzz.Refuses(Encoding.UTF8.GetBytes(Rows), bytes => JsonLinesFile.ParseFeatures(new MemoryStream(bytes), "fuzz"));
        Fuzz.Refuses(Encoding.UTF8.GetBytes(Texts), bytes => JsonLinesFile.ParseText(new MemoryStream(bytes), "fuzz", 4));
    }

    [Fact]
    public void A_file_is_read_the_same_in_pieces_of_any_size()
    {
        var content =
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 6000).Select(i => $"{{\"features\":[{i}.25],\"label\":{i % 3}}}\n"))
                + $"{{\"features\":[{new string('1', 200_000)}e-199999],\"label\":1}}");
        var whole = JsonLinesFile.ParseFeatures(new MemoryStream(content), "whole").Examples;
        JsonLinesFile.ParseFeatures(new CsvFileTests.Trickle(content), "pieces").Examples.Hash().ShouldBe(whole.Hash());
        whole.Count.ShouldBe(6001);
        whole[6000][0].ShouldBe(1.1111112f);
    }

    [Theory]
    [InlineData(4, int.MaxValue, null)]
    [InlineData(3, int.MaxValue, "line 2: more than 3 values")]
    [InlineData(int.MaxValue, 2, null)]
    [InlineData(int.MaxValue, 1, "line 2: more than 1 examples")]
    public void A_file_holds_as_much_as_is_allowed(int values, int examples, string? fault)
    {
        var limits = new ExampleLimits { MaxValues = values, MaxExamples = examples };
        foreach (var read in (Func<LabelledExamples>[])[() => JsonLinesFile.ParseFeatures(Stream(Rows), "t", null, limits),
            () => JsonLinesFile.ParseText(Stream(Texts), "t", 2, null, limits)])
            if (fault is null) read().Examples.Count.ShouldBe(2);
            else Should.Throw<MalformedInputException>(read).Message.ShouldContain(fault);
    }

    /// <summary>A text of one letter becomes as many values as the longest; none is made of one that is too much.</summary>
    [Fact]
    public void A_text_that_is_too_much_is_refused_before_its_values_are_taken()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<MalformedInputException>(
            () => JsonLinesFile.ParseText(Stream(Texts), "t", 1 << 24, null, new() { MaxValues = 1 << 20 }));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 24);
    }

    [Fact]
    public void Reading_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var limits = new ExampleLimits { Stop = stop.Token };
        Should.Throw<OperationCanceledException>(() => JsonLinesFile.ParseFeatures(Stream(Rows), "t", null, limits));
        Should.Throw<OperationCanceledException>(() => JsonLinesFile.ParseText(Stream(Texts), "t", 5, null, limits));
    }

    private static MemoryStream Stream(string content) => new(Encoding.UTF8.GetBytes(content));

    private static LabelledExamples Features(string content) => JsonLinesFile.ParseFeatures(Stream(content), "rows.jsonl");
}
