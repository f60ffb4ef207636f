using System.CommandLine;
using DataBright.Cli.Datasets;
using DataBright.Market.Datasets;
using Parquet;
using Parquet.Schema;

namespace DataBright.Cli.Tests.Datasets;

public sealed class ParquetFileTests : IDisposable
{
    private static readonly DataField<float> Width = new("width");
    private static readonly DataField<double> Height = new("height");
    private static readonly DataField<int?> Age = new("age");
    private static readonly DataField<bool> Wild = new("wild");
    private static readonly DataField<string> Kind = new("kind");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_table_is_the_points_that_the_same_table_in_CSV_is()
    {
        var parquet = await WriteAsync("t.parquet");
        File.WriteAllText(_folder["t.csv"],
            "width,height,age,wild,kind\n0.1,-2.5,7,1,\"cat, \"\"old\"\"\"\n1e-30,3,NA,0,dog\n5,0.3333333333333333,9,1,dog\n");
        foreach (var missing in new[] { "leave-out", "-1" })
        {
            string[] how = ["--classes", "3", "--missing", missing, "--label-column", "wild", "--ignore-column", "kind"];
            var read = await ReadAsync(["--parquet", parquet, .. how]);
            read.Root.ShouldBe((await ReadAsync(["--csv", _folder["t.csv"], .. how])).Root);
            read.Count.ShouldBe(missing == "leave-out" ? 2 : 3);
        }
    }

    [Fact]
    public async Task Numbers_are_read_back_to_the_bit_and_texts_as_they_are()
    {
        var parquet = await WriteAsync("t.parquet");
        var table = await ParquetFile.ReadAsync(parquet, new() { Ignore = ["age"], Label = "kind" }, TestContext.Current.CancellationToken);
        table.Classes.ShouldBe(["cat, \"old\"", "dog"], ignoreOrder: true);
        table.Examples[0].ToArray().ShouldBe([0.1f, -2.5f, 1f]);
        table.Examples[1].ToArray().ShouldBe([1e-30f, 3f, 0f]);
        table.Examples[2].ToArray().ShouldBe([5f, (float)(1.0 / 3), 1f]);
    }

    [Fact]
    public async Task What_is_missing_damaged_or_no_table_is_said_to_be()
    {
        var parquet = await WriteAsync("t.parquet");
        (await FaultAsync("--parquet", parquet, "--label-column", "wild", "--ignore-column", "kind")).ShouldContain("say with --missing");
        (await FaultAsync("--parquet", parquet, "--label-column", "none")).ShouldContain("there is no column 'none'");
        var whole = File.ReadAllBytes(parquet);
        foreach (var length in new[] { 4, 100, whole.Length - 1 })
        {
            File.WriteAllBytes(parquet, whole[..length]);
            (await FaultAsync("--parquet", parquet)).ShouldContain("not a Parquet file, or a damaged one");
        }

        File.WriteAllText(parquet, "<html>");
        (await FaultAsync("--parquet", parquet)).ShouldContain("a web page");
        File.WriteAllText(parquet, "a,b\n1,0\n");
        (await FaultAsync("--parquet", parquet)).ShouldContain("not a Parquet file");
        (await FaultAsync("--csv", await WriteAsync("t.parquet"))).ShouldContain("a table in Parquet");
    }

    [Fact]
    public async Task Columns_that_are_neither_numbers_nor_texts_are_left_out_by_who_says_so()
    {
        var path = await WriteDatesAsync();
        (await FaultAsync("--parquet", path))
            .ShouldContain("column 'when' holds values of DateTime, neither numbers nor texts; leave it out with --ignore-column");
        (await ReadAsync("--parquet", path, "--ignore-column", "when")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Columns_may_be_named_by_numbers()
    {
        DataField<float>[] fields = [new("0"), new("1"), new("2")];
        var path = _folder["n.parquet"];
        await using (var file = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file,
            cancellationToken: TestContext.Current.CancellationToken))
        {
            using var rows = writer.CreateRowGroup();
            foreach (var field in fields)
                await rows.WriteAsync<float>(field, new[] { 1f, 0f }, cancellationToken: TestContext.Current.CancellationToken);
        }

        (await ReadAsync("--parquet", path, "--classes", "2")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_label_is_the_last_column_also_where_that_is_left_out_by_mistake() =>
        (await FaultAsync("--parquet", await WriteAsync("t.parquet"), "--ignore-column", "kind", "--missing", "0"))
            .ShouldContain("column 'kind' is the label");

    private async Task<string> WriteAsync(string name)
    {
        var path = _folder[name];
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(Width, Height, Age, Wild, Kind), file,
            cancellationToken: TestContext.Current.CancellationToken);
        foreach (var (from, count) in new[] { (0, 2), (2, 1) })
        {
            using var rows = writer.CreateRowGroup();
            await rows.WriteAsync<float>(Width, new[] { 0.1f, 1e-30f, 5f }.AsMemory(from, count));
            await rows.WriteAsync<double>(Height, new[] { -2.5, 3, 1.0 / 3 }.AsMemory(from, count));
            await rows.WriteAsync<int>(Age, new int?[] { 7, null, 9 }.AsMemory(from, count));
            await rows.WriteAsync<bool>(Wild, new[] { true, false, true }.AsMemory(from, count));
            await rows.WriteAsync(Kind, new[] { "cat, \"old\"", "dog", "dog" }[from..(from + count)]);
        }

        return path;
    }

    private async Task<string> WriteDatesAsync()
    {
        var when = new DataField<DateTime>("when");
        var path = _folder["d.parquet"];
        await using (var file = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(when, Width, Wild), file,
            cancellationToken: TestContext.Current.CancellationToken))
        {
            using var rows = writer.CreateRowGroup();
            await rows.WriteAsync<DateTime>(when, new DateTime[] { new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
            await rows.WriteAsync<float>(Width, new[] { 1.5f });
            await rows.WriteAsync<bool>(Wild, new[] { true });
        }

        return path;
    }

    private static async Task<string> FaultAsync(params string[] words) =>
        (await Should.ThrowAsync<MalformedInputException>(() => ReadAsync(words))).Problem;

    private static Task<Shard> ReadAsync(params string[] words)
    {
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Ask);
        return options.ReadAsync(command.Parse(words), DataSchema.MaxClasses, TestContext.Current.CancellationToken);
    }
}
