using System.Text;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Tests.Examples;

/// <summary>Tables as spreadsheets, pandas and statistical offices write them.</summary>
public sealed class CsvPeopleTests
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    [Theory]
    [InlineData("5.1,3.5,0\n4.9,3.0,1\n")]
    [InlineData("5.1,3.5,setosa\n4.9,3.0,virginica\n")]
    [InlineData("0,1\n1,0\n")]
    [InlineData("-1e3,.5,3\n1,2,3\n")]
    [InlineData("\"5.1\",\"3.5\",\"a\"\n1,2,b\n")]
    [InlineData("\uFEFF5.1,3.5,0\n4.9,3.0,1\n")]
    [InlineData("NA,3.5,0\n4.9,3.0,1\n", "say with --missing")]
    [InlineData("5.1,?,0\n4.9,3.0,1\n", "say with --missing")]
    [InlineData("nan,3.5,NaN\n4.9,3.0,1\n", "say with --missing")]
    [InlineData("inf,3.5,0\n4.9,3.0,1\n", "'inf' is not a number")]
    [InlineData("5.1,1e39,0\n4.9,3.0,1\n", "'1e39' is not a number")]
    [InlineData("5.1, 3.5,0\n4.9,3.0,1\n", "' 3.5' is not a number")]
    public void A_first_line_that_looks_like_a_point_is_not_taken_for_the_header(string table, string? further = null)
    {
        Fault(table).ShouldStartWith("line 1: numbers only, which looks like a point; a header is expected: say --no-header");
        if (further is null) Parse(table, new() { HasHeader = false }).Examples.Count.ShouldBe(2);
        else Fault(table, new() { HasHeader = false }).ShouldContain(further);
    }

    [Theory]
    [InlineData("NA,3.5,0\n4.9,3.0,1\n")]
    [InlineData("5.1,?,0\n4.9,3.0,1\n")]
    [InlineData("null,None,0\n4.9,3.0,1\n5,6,1\n")]
    public void A_first_point_with_numbers_missing_is_one_point_of_all(string table)
    {
        var rows = table.Count(letter => letter == '\n');
        Parse(table, new() { HasHeader = false, Missing = new MissingNumbers(-1f) }).Examples.Count.ShouldBe(rows);
        Parse(table, new() { HasHeader = false, Missing = new MissingNumbers(null) }).Examples.Count.ShouldBe(rows - 1);
    }

    [Theory]
    [InlineData("NA,?,kind\n1,2,0\n")]
    [InlineData("Na,K,0\n1,2,0\n")]
    [InlineData("a,1,2\n1,2,0\n")]
    public void Words_are_names_even_where_they_stand_for_missing_numbers_elsewhere(string table) =>
        Parse(table).Examples.Count.ShouldBe(1);

    [Fact]
    public void Without_a_header_columns_are_called_by_their_numbers()
    {
        var table = Parse("7,x,1.5\n8,y,2.5\n", new() { HasHeader = false, Label = "1", Ignore = ["0"] });
        table.Columns.ShouldBe([new("2", null)]);
        table.Classes.ShouldBe(["x", "y"]);
        table.Examples.Features.ToArray().ShouldBe([1.5f, 2.5f]);
        Fault("1,2\n3\n", new() { HasHeader = false }).ShouldBe("line 2: 1 fields, the first line has 2");
        Fault("1,2\n", new() { HasHeader = false, Label = "2" }).ShouldBe("line 1: there is no column '2'; there are 0, 1");
    }

    [Theory]
    [InlineData("2019,2020,kind\n1,2,0\n", "kind")]
    [InlineData("kind,0,1\n0,1,2\n", "kind")]
    public void Names_that_are_numbers_are_names_where_the_label_is_named(string table, string label) =>
        Parse(table, new() { Label = label }).Examples.Features.ToArray().ShouldBe([1f, 2f]);

    [Theory]
    [InlineData("a,b\n1,0\n")]
    [InlineData("\"a\",\"b\"\n1,0\n")]
    [InlineData("\"a,1\",b\r\n1,0\r\n")]
    [InlineData("a;b\n1;0\n")]
    public void A_byte_order_mark_is_no_part_of_the_first_name(string table)
    {
        byte[] content = [.. Mark, .. Encoding.UTF8.GetBytes(table)];
        var read = CsvFile.Parse(new MemoryStream(content), "t", new() { Separator = table.Contains(';') ? ';' : ',' });
        read.Columns[0].Name.ShouldStartWith("a");
        read.Examples.Count.ShouldBe(1);
    }

    [Fact]
    public void Lines_of_JSON_may_have_a_byte_order_mark_before_them_and_nowhere_else()
    {
        byte[] line = [.. "{\"text\":\"a\",\"label\":0}\n"u8];
        JsonLinesFile.ParseText(new MemoryStream([.. Mark, .. line, .. line]), "t", 4).Examples.Count.ShouldBe(2);
        JsonLinesFile.ParseText(new CsvFileTests.Trickle([.. Mark, .. line, .. line]), "t", 4).Examples.Count.ShouldBe(2);
        Should.Throw<MalformedInputException>(() => JsonLinesFile.ParseText(new MemoryStream([.. line, .. Mark, .. line]), "t", 4)).Message
            .ShouldContain("line 2");
    }

    [Fact]
    public void Semicolons_tabs_and_decimal_commas_are_read_where_they_are_said()
    {
        Parse("sepal;petal;kind\n5,1;1,4;0\n", new() { Separator = ';', HasDecimalComma = true }).Examples.Features.ToArray()
            .ShouldBe([5.1f, 1.4f]);
        Parse("a\tb\n1\t0\n", new() { Separator = '\t' }).Examples.Count.ShouldBe(1);
        Fault("sepal;petal;kind\n5;1;0\n").ShouldEndWith("fields look separated by ';': say --separator ';'");
        Fault("a\tb\n1\t0\n").ShouldEndWith("say --separator tab");
        Fault("a;b\n1,5;0\n", new() { Separator = ';' }).ShouldEndWith("say --decimal-comma");
        Fault("a;b\n1.5;0\n", new() { Separator = ';', HasDecimalComma = true })
            .ShouldContain("with --decimal-comma the comma stands before the decimals");
        Fault("a;b\n1.000,5;0\n", new() { Separator = ';', HasDecimalComma = true }).ShouldContain("is not a number");
    }

    [Fact]
    public void A_column_of_texts_is_named_or_left_out()
    {
        const string Table = "name,sepal,kind\nrosa,5.1,0\nlilium,4.9,1\n";
        Fault(Table)
            .ShouldEndWith(
                "'rosa' is not a number that 32 bits can hold; a column of texts is named with --categories, or left out with "
                + "--ignore-column");
        Parse(Table, new() { Ignore = ["name"] }).Examples.Shape.Size.ShouldBe(1);
        Parse(Table, new() { Categories = ["name"] }).Examples.Features.ToArray().ShouldBe([0f, 1f, 5.1f, 1f, 0f, 4.9f]);
        Fault(Table, new() { Categories = ["name"], Ignore = ["name"] }).ShouldContain("--categories names it too");
        Fault(Table, new() { Ignore = ["kind"] }).ShouldContain("is the label");
    }

    [Fact]
    public void A_column_without_a_name_is_called_by_its_place()
    {
        const string Table = ",sepal,kind\n0,5.1,0\n1,4.9,1\n";
        Fault(Table).ShouldBe("line 1: column 1 has no name: name it, or leave it out with --ignore-column '#1'");
        Parse(Table, new() { Ignore = ["#1"] }).Examples.Features.ToArray().ShouldBe([5.1f, 4.9f]);
    }

    [Theory]
    [InlineData("a,a,l")]
    [InlineData("a, a,l")]
    [InlineData("a,\"a \",l")]
    [InlineData("#2,,l")]
    public void Two_columns_that_a_person_takes_for_one_are_refused(string header) =>
        Fault(header + "\n1,2,0\n").ShouldContain("is there twice");

    [Theory]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("NaN")]
    [InlineData("?")]
    [InlineData("null")]
    public void Missing_numbers_are_refused_unless_it_is_said_what_becomes_of_them(string missing)
    {
        var table = $"a,b,l\n1,2,0\n3,{missing},1\n4,5,1\n";
        Fault(table).ShouldEndWith("say with --missing what becomes of missing numbers");
        var left = Parse(table, new() { Missing = new MissingNumbers(null) });
        left.Examples.Features.ToArray().ShouldBe([1f, 2f, 4f, 5f]);
        left.Examples.Labels.ToArray().ShouldBe([0, 1]);
        left.RowsLeftOut.ShouldBe(1);
        var zero = Parse(table, new() { Missing = new MissingNumbers(-1f) });
        zero.Examples.Features.ToArray().ShouldBe([1f, 2f, 3f, -1f, 4f, 5f]);
        zero.NumbersPutIn.ShouldBe(1);
        Fault($"a,l\n{missing},0\n", new() { Missing = new MissingNumbers(null) }).ShouldBe("a number is missing in every one of 1 rows");
        Fault("a,l\n1,\n", new() { Missing = new MissingNumbers(null) }).ShouldContain("the label is empty");
    }

    private static CsvTable Parse(string content, CsvOptions? options = null) =>
        CsvFile.Parse(new MemoryStream(Encoding.UTF8.GetBytes(content)), "t", options);

    private static string Fault(string content, CsvOptions? options = null) =>
        Should.Throw<MalformedInputException>(() => Parse(content, options)).Problem;
}
