using System.Text;
using System.Text.Json;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Examples;

public sealed class CsvFileTests
{
    private const string Flowers = "length,colour,width,kind\n1.5,red,2,rose\n2.5,blue,4,iris\n3.5,red,6,rose\n";

    [Fact]
    public void Numbers_and_labels_are_read_with_their_columns()
    {
        var table = Parse("a,b,label\n1,-2.5e1,x\n+0.5,.25,y\n", new());
        table.Examples.Shape.ShouldBe(new(2, 1, 1));
        table.Examples.Features.ToArray().ShouldBe([1f, -25f, 0.5f, 0.25f]);
        table.Examples.Labels.ToArray().ShouldBe([0, 1]);
        table.Classes.ShouldBe(["x", "y"]);
        table.Columns.ShouldBe([new("a", null), new("b", null)]);
    }

    [Fact]
    public void Categories_become_one_value_each_and_any_column_may_be_the_label()
    {
        var table = Parse(Flowers, new() { Label = "width", Categories = ["colour", "kind"] });
        table.Classes.ShouldBe(["0", "1", "2", "3", "4", "5", "6"]);
        table.Examples.Labels.ToArray().ShouldBe([2, 4, 6]);
        table.Columns[1].Categories.ShouldBe(["blue", "red"]);
        table.Examples[0].ToArray().ShouldBe([1.5f, 0, 1, 0, 1]);
        table.Examples[1].ToArray().ShouldBe([2.5f, 1, 0, 1, 0]);
    }

    [Fact]
    public void A_standardised_column_has_mean_0_and_deviation_1_and_its_scale_serves_other_files()
    {
        var options = new CsvOptions { Categories = ["colour"], Standardise = true };
        var table = Parse(Flowers, options);
        table.Columns[0].Mean.ShouldBe(2.5);
        table.Columns[0].Deviation.ShouldBe(Math.Sqrt(2.0 / 3));
        Enumerable.Range(0, 3).Sum(i => table.Examples[i][0]).ShouldBe(0, 1e-6);
        Enumerable.Range(0, 3).Average(i => table.Examples[i][3] * table.Examples[i][3]).ShouldBe(1, 1e-6);

        var other = Parse("length,colour,width,kind\n2.5,red,4,iris\n", new() { Columns = table.Columns, Classes = table.Classes });
        other.Examples.Features.ToArray().ShouldBe([0f, 0f, 1f, 0f]);
        other.Examples.Labels.ToArray().ShouldBe([0]);
        Parse("a,l\n3,x\n3,y\n", new() { Standardise = true }).Examples.Features.ToArray().ShouldBe([0f, 0f]);
    }

    [Theory]
    [InlineData("", "the file is empty; a header is expected")]
    [InlineData("a,b\n", "there is no row after the header")]
    [InlineData("a\n1\n", "line 1: a header of one column; features and a label are expected")]
    [InlineData("a,a\n", "line 1: column 'a' is there twice")]
    [InlineData("a,\n", "line 1: column 2 has no name: name it")]
    [InlineData("a,b\n1,x\n1\n", "line 3: 1 fields, the header has 2")]
    [InlineData("a,b\n1,x\n\n2,y\n", "line 3: 1 fields, the header has 2")]
    [InlineData("a,b\n1,x\nNaN,y\n",
        "line 3: column 'a': 'NaN' is not a number that 32 bits can hold; say with --missing what becomes of missing numbers")]
    [InlineData("a,b\n1e39,y\n", "line 2: column 'a': '1e39' is not a number that 32 bits can hold")]
    [InlineData("a,b\nInfinity,y\n", "line 2: column 'a': 'Infinity' is not a number that 32 bits can hold")]
    [InlineData("a,b\n,y\n",
        "line 2: column 'a': '' is not a number that 32 bits can hold; say with --missing what becomes of missing numbers")]
    [InlineData("a,b\n 1,y\n", "line 2: column 'a': ' 1' is not a number that 32 bits can hold")]
    [InlineData("a,b\n1,\n", "line 2, column 'b': the label is empty")]
    [InlineData("a,b\n1,\"y\n", "line 2: the closing quote of a field is missing")]
    [InlineData("a,b\n1,\"y\"z\n", "line 2: text follows the closing quote of a field")]
    [InlineData("a,b\n1,y\"z\n", "line 2: a quote inside a field that does not start with one")]
    [InlineData("a,b\n1,y\rz\n", "line 2: a carriage return without a line feed")]
    [InlineData("a,b\n\"1\n2\",y\n3,y,z\n", "line 2: column 'a': '1·2' is not a number that 32 bits can hold")]
    [InlineData("a,b\n1,\"y\nz\"\n3\n", "line 4: 1 fields, the header has 2")]
    [InlineData("a,b\n1,y\0\n", "line 2: a zero character")]
    public void What_is_wrong_is_said_with_the_line(string content, string problem) =>
        Should.Throw<MalformedInputException>(() => Parse(content, new())).Message.ShouldBe("table.csv: " + problem);

    [Fact]
    public void Unexpected_columns_classes_and_categories_are_refused()
    {
        Fault(Flowers, new() { Label = "size" }).ShouldContain("line 1: there is no column 'size'");
        Fault(Flowers, new() { Categories = ["size"] }).ShouldContain("line 1: there is no column 'size'");
        Fault("a,b\n1,x\n2,z\n", new() { Classes = ["x", "y"] })
            .ShouldContain("line 3, column 'b': label 'z' is none of the 2 expected classes");
        Fault("c,b\n1,x\n", new() { Columns = [new("a", null)] })
            .ShouldContain("line 1: the columns are c; expected are, in this order, a");
        Fault("a,b\ngreen,x\n", new() { Columns = [new("a", ["red"])] }).ShouldContain("line 2: column 'a': category 'green' is not known");
        Should.Throw<MalformedInputException>(() => CsvFile.Parse(new MemoryStream([.. "a,b\n1,"u8, 0xC3, 0x28]), "table.csv")).Message
            .ShouldContain("not valid UTF-8");
        Should.Throw<MalformedInputException>(() => CsvFile.Read("/nowhere/table.csv")).Message
            .ShouldBe("/nowhere/table.csv: the file does not exist");
    }

    [Fact]
    public void A_column_can_be_left_out()
    {
        var table = Parse(Flowers, new() { Ignore = ["colour", "length"] });
        table.Columns.ShouldBe([new("width", null)]);
        table.Examples.Features.ToArray().ShouldBe([2f, 4f, 6f]);
        Fault(Flowers, new() { Ignore = ["size"] }).ShouldContain("line 1: there is no column 'size'");
        Fault("a,b\n1,x\n", new() { Ignore = ["a"] }).ShouldContain("line 1: every column but the label is left out");
    }

    /// <summary>Four years of Seattle's weather, as published: a real table is read, and there is something to learn in it.</summary>
    [Fact]
    public void A_real_table_is_read_and_can_be_learnt()
    {
        var path = Repository.PathOf("node_modules", "vega-datasets", "data", "seattle-weather.csv");
        Assert.SkipUnless(File.Exists(path), "The npm package vega-datasets is not installed.");
        var table = CsvFile.Read(path, new() { Label = "weather", Ignore = ["date"], Standardise = true });
        table.Examples.Count.ShouldBe(1461);
        table.Classes.ShouldBe(["drizzle", "fog", "rain", "snow", "sun"]);
        table.Columns.Select(column => column.Name).ShouldBe(["precipitation", "temp_max", "temp_min", "wind"]);
        table.Columns[1].Mean.ShouldBe(16.4391, 1e-4);
        table.Columns[1].Deviation.ShouldBe(7.3472, 1e-4);
        var architecture = new Architecture("weather", new(4, 1, 1), [new Dense("fc1", 16), new Relu("relu1"), new Dense("fc2", 5)]);
        using var run = new TrainingRun(new TrainingPlan(architecture, new Optimiser(0.05f, 0.9f), 16, 10, 1),
            table.Examples.Slice(0, 1100));
        while (!run.IsComplete) run.Next();
        var accuracy = Evaluation.Measure(architecture, run.Parameters(), table.Examples.Slice(1100, 361));
        var most = table.Examples.Labels.ToArray().Skip(1100).GroupBy(label => label).Max(group => group.Count()) / 361.0;
        accuracy.Value.ShouldBeGreaterThan(most + 0.1);
    }

    /// <summary>Python's csv module writes the table, in each of its ways to quote, and reads it too.</summary>
    [Fact]
    public async Task Records_are_those_of_Pythons_csv()
    {
        Assert.SkipUnless(File.Exists(Python.Program), "There is no Python.");
        const string Script = """
            import csv, json, random, sys
            random.seed(7)
            rows = [[repr(random.uniform(-1e6, 1e6)), random.choice(['a,b', 'say "x"', 'line\nline', 'crlf\r\nend', ' pad ', 'ü€𝄞', '']) + str(i % 7), str(i % 3)] for i in range(300)]
            for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
                with open(sys.argv[1] + '/' + str(quoting) + '.csv', 'w', newline='', encoding='utf-8') as file:
                    csv.writer(file, quoting=quoting).writerows([['number', 'text', 'label']] + rows)
            with open(sys.argv[1] + '/' + str(csv.QUOTE_ALL) + '.csv', newline='', encoding='utf-8') as file:
                print(json.dumps(list(csv.reader(file))[1:]))
            """;
        using var folder = new TemporaryFolder();
        var rows = JsonSerializer.Deserialize<string[][]>(await PeerProgram.RunAsync(Python.Program, "-c", Script, folder.Path))!;
        rows.Length.ShouldBe(300);
        foreach (var quoting in new[] { "0", "1" })
        {
            var table = CsvFile.Read(folder[quoting + ".csv"], new() { Categories = ["text"] });
            table.Columns[1].Categories.ShouldBe(rows.Select(row => row[1]).Distinct().Order(StringComparer.Ordinal));
            for (var i = 0; i < rows.Length; i++)
            {
                table.Examples[i][0].ShouldBe(float.Parse(rows[i][0]));
                table.Columns[1].Categories![table.Examples[i][1..].IndexOf(1f)].ShouldBe(rows[i][1]);
                table.Examples.Labels.Span[i].ShouldBe(i % 3);
            }
        }
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else() =>
        Fuzz.Refuses(Encoding.UTF8.GetBytes(Flowers + "1,\"a \"\"b\"\",\nc\",5,\"x\"\r\n"),
            bytes => CsvFile.Parse(new MemoryStream(bytes), "fuzz", new() { Categories = ["colour"], Standardise = true }));

    [Fact]
    public void A_file_is_read_the_same_in_pieces_of_any_size()
    {
        var content = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 9000).Select(i => $"{i}.5,\"ä,{i % 5}\"\r\n")));
        var whole = CsvFile.Parse(new MemoryStream(content), "whole");
        CsvFile.Parse(new Trickle(content), "pieces").Examples.Hash().ShouldBe(whole.Examples.Hash());
        whole.Examples.Count.ShouldBe(9000);
        whole.Classes.ShouldBe(["ä,0", "ä,1", "ä,2", "ä,3", "ä,4"]);
    }

    /// <summary>Categories become more values than there are fields, which only the end of the file says.</summary>
    [Theory]
    [InlineData(4, int.MaxValue, null)]
    [InlineData(3, int.MaxValue, "line 3: more than 3 values")]
    [InlineData(int.MaxValue, 2, null)]
    [InlineData(int.MaxValue, 1, "line 3: more than 1 examples")]
    public void A_file_holds_as_much_as_is_allowed(int values, int examples, string? fault)
    {
        var options = new CsvOptions { Limits = new() { MaxValues = values, MaxExamples = examples } };
        const string Table = "a,b,c\n1,2,0\n3,4,1\n";
        if (fault is null) Parse(Table, options).Examples.Count.ShouldBe(2);
        else Fault(Table, options).ShouldContain(fault);
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(3, "2 rows of 2 values are more than 3 values")]
    public void Categories_count_as_the_values_that_they_become(int values, string? fault)
    {
        var options = new CsvOptions { Categories = ["a"], Limits = new() { MaxValues = values } };
        const string Table = "a,c\nred,0\nblue,1\n";
        if (fault is null) Parse(Table, options).Examples.Count.ShouldBe(2);
        else Fault(Table, options).ShouldContain(fault);
    }

    [Fact]
    public void Reading_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Should.Throw<OperationCanceledException>(
            () => Parse(Flowers, new() { Categories = ["colour"], Limits = new() { Stop = stop.Token } }));
    }

    internal sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        private readonly Chance _chance = new(3, Purpose.Resample, 5);

        // The base class reads a span through this one.
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, 1 + _chance.Below(13, (ulong)Position)));
    }

    private static string Fault(string content, CsvOptions options) =>
        Should.Throw<MalformedInputException>(() => Parse(content, options)).Message;

    private static CsvTable Parse(string content, CsvOptions options) =>
        CsvFile.Parse(new MemoryStream(Encoding.UTF8.GetBytes(content)), "table.csv", options);
}
