using System.CommandLine;
using DataBright.Cli.Datasets;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Datasets;

/// <summary>Every option that says how points are read is heard by the files that are read, or refused.</summary>
public sealed class PointOptionTests : IDisposable
{
    private static readonly Dictionary<PointSource, string[]> Sources = new()
    {
        [PointSource.Idx] = ["--images", "i", "--labels", "l"],
        [PointSource.Shard] = ["--shard", "s"],
        [PointSource.Pictures] = ["--folder", "f"],
        [PointSource.Csv] = ["--csv", "c"],
        [PointSource.Parquet] = ["--parquet", "q"],
        [PointSource.JsonLines] = ["--json-lines", "j"],
        [PointSource.Texts] = ["--texts", "t"],
        [PointSource.Npy] = ["--npy", "x", "--npy-labels", "y"],
        [PointSource.Croissant] = ["--croissant", "k"],
    };

    private static readonly Dictionary<string, string> Values = new()
    {
        ["--classes"] = "3", ["--text-bytes"] = "8", ["--separator"] = ";", ["--size"] = "28x28", ["--missing"] = "0",
        ["--order-seed"] = "7",
    };

    private readonly TemporaryFolder _folder = new();

    /// <summary>Every option with every source: what an option is for is in its table, and nowhere else.</summary>
    public static TheoryData<string, string, bool> Pairs =>
        [.. new PointReading(PointUse.Found).All.SelectMany(reading => Enum.GetValues<PointSource>()
            .Select(source => (reading.Option.Name, source.ToString(), reading.UsedBy.Contains(source))))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task An_option_that_a_source_does_not_use_is_refused(string option, string source, bool isUsed)
    {
        var takesValue = !(option is "--decimal-comma" or "--no-header" or "--standardise" or "--grey");
        var fault =
            await Record.ExceptionAsync(() => OfferedAsync([.. Sources[Enum.Parse<PointSource>(source)], option,
                .. takesValue ? (string[])[Values.GetValueOrDefault(option, "name")] : []]));
        var isRefused = fault is Failure { ExitCode: ExitCode.Usage }
            && fault.Message.StartsWith($"{option} says nothing to", StringComparison.Ordinal);
        isRefused.ShouldBe(!isUsed, $"{option} with {source}: {fault?.Message}");
    }

    [Fact]
    public void Every_source_is_in_the_table_of_this_test() => Sources.Keys.ShouldBe(Enum.GetValues<PointSource>(), ignoreOrder: true);

    [Theory]
    [InlineData("--images i --labels l --csv c")]
    [InlineData("--shard s --csv c")]
    [InlineData("--shard s --labels l")]
    [InlineData("--folder f --npy x --npy-labels y")]
    [InlineData("--images i")]
    [InlineData("--npy-labels y")]
    public async Task Two_sources_or_half_a_pair_are_refused(string words)
    {
        var fault = await Should.ThrowAsync<Failure>(() => ReadAsync(words.Split(' ')));
        fault.ExitCode.ShouldBe(ExitCode.Usage);
        fault.Message.ShouldContain("name one source");
    }

    [Theory]
    [InlineData("3", "Label 9 is beyond the 3 classes of --classes.")]
    [InlineData("cat,dog", "Label 9 is beyond the 2 classes of --classes.")]
    [InlineData("9", "Label 9 is beyond the 9 classes of --classes.")]
    public async Task The_labels_of_IDX_files_are_held_against_the_classes(string classes, string problem)
    {
        var (images, labels) = Idx(0, 9);
        (await Should.ThrowAsync<Failure>(() => ReadAsync("--images", images, "--labels", labels, "--classes", classes))).Message
            .ShouldBe(problem);
        (await ReadAsync("--images", images, "--labels", labels, "--classes", "12")).Schema.ToString().ShouldBe("u8 1×2×2, 12 classes");
        (await ReadAsync("--images", images, "--labels", labels)).Schema.Classes.ShouldBe(10);
    }

    [Fact]
    public async Task The_same_pictures_are_the_same_points_from_IDX_and_from_NPY()
    {
        var (images, labels) = Idx(1, 0);
        File.WriteAllBytes(_folder["x.npy"], Npy("|u1", "(2, 2, 2)", [0, 1, 2, 3, 10, 11, 12, 13]));
        File.WriteAllBytes(_folder["y.npy"], Npy("|u1", "(2,)", [1, 0]));
        var idx = await ReadAsync("--images", images, "--labels", labels, "--classes", "2");
        var npy = await ReadAsync("--npy", _folder["x.npy"], "--npy-labels", _folder["y.npy"], "--classes", "2");
        npy.Schema.ToString().ShouldBe("u8 1×2×2, 2 classes");
        npy.Root.ShouldBe(idx.Root);
    }

    [Fact]
    public async Task Tables_as_people_have_them_are_read_by_options()
    {
        var semicolon = Write("s.csv", "sepal;petal;kind\n5,1;1,4;0\n4,9;1,3;1\n");
        Values32(await ReadAsync("--csv", semicolon, "--separator", ";", "--decimal-comma")).ShouldBe([5.1f, 1.4f, 4.9f, 1.3f]);
        Values32(await ReadAsync("--csv", semicolon, "--decimal-comma"))
            .ShouldBe([5.1f, 1.4f, 4.9f, 1.3f], "who has decimal commas has semicolons");
        Values32(await ReadAsync("--csv", Write("t.csv", "a\tb\n1\t0\n"), "--separator", "tab")).ShouldBe([1f]);
        var index = Write("i.csv", ",sepal,kind\n0,5.1,0\n1,NA,1\n");
        Values32(await ReadAsync("--csv", index, "--ignore-column", "#1", "--missing", "-1")).ShouldBe([5.1f, -1f]);
        var notes = new List<string>();
        Values32(await ReadAsync(notes.Add, "--csv", index, "--ignore-column", "#1", "--missing", "leave-out")).ShouldBe([5.1f]);
        notes.ShouldBe(["1 rows are left out, because a number is missing in them."]);
        Values32(await ReadAsync("--csv", Write("n.csv", "1,2,0\n3,4,1\n"), "--no-header", "--label-column", "0", "--classes", "4"))
            .ShouldBe([2f, 0f, 4f, 1f]);
    }

    [Fact]
    public async Task Texts_that_are_cut_are_counted()
    {
        var (texts, notes) = (Write("t.jsonl", "{\"text\":\"abcd\",\"label\":0}\n{\"text\":\"abcdé\",\"label\":1}\n"), new List<string>());
        await ReadAsync(notes.Add, "--texts", texts, "--text-bytes", "5");
        notes.ShouldBe(["1 of 2 texts are longer than 5 bytes and are cut there; --text-bytes says another length."]);
        notes.Clear();
        await ReadAsync(notes.Add, "--texts", texts, "--text-bytes", "6");
        notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_done_to_columns_is_done_to_later_tables()
    {
        var (first, later, columns) = (Write("a.csv", "x,colour,l\n1,red,0\n3,blue,1\n"), Write("b.csv", "x,colour,l\n5,red,0\n"),
            _folder["columns.json"]);
        (await FoundAsync("--csv", first, "--standardise", "--categories", "colour", "--columns", columns))
            .ShouldBe([1f, 1f, 0f, -1f, 0f, 1f], "in the order of seed 1");
        Values32(await ReadAsync("--csv", later, "--columns", columns, "--classes", "2")).ShouldBe([3f, 0f, 1f]);
        (await FoundAsync("--csv", later, "--columns", columns)).ShouldBe([3f, 0f, 1f]);
        (await Should.ThrowAsync<Failure>(() => ReadAsync("--csv", later, "--standardise"))).Message
            .ShouldContain("the file that 'dataset create' wrote");
        (await Should.ThrowAsync<Failure>(() => ReadAsync("--csv", later, "--standardise", "--columns", _folder["none"]))).Message
            .ShouldContain("does not exist");
        (await Should.ThrowAsync<Failure>(() => FoundAsync("--csv", later, "--categories", "colour"))).Message
            .ShouldContain("name a file to keep it in");
        (await Should.ThrowAsync<MalformedInputException>(() => ReadAsync("--csv", Write("c.csv", "x,colour,l\n5,green,0\n"), "--columns",
            columns))).Message.ShouldContain("category 'green' is not known");
        (await Should.ThrowAsync<Failure>(() => ReadAsync("--csv", later, "--columns", first))).Message
            .ShouldContain("is no file of columns");
    }

    [Fact]
    public async Task What_was_done_to_columns_is_written_down_when_all_is_checked_and_stands_alone()
    {
        var (table, columns) = (Write("a.csv", "x,l\n1,0\n3,1\n"), _folder["columns.json"]);
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Found);
        await options.ReadAsync(command.Parse(["--csv", table, "--standardise", "--columns", columns]), DataSchema.MaxClasses,
            TestContext.Current.CancellationToken);
        File.Exists(columns).ShouldBeFalse();
        options.Reading.KeepColumns().ShouldBe(columns);
        File.Exists(columns).ShouldBeTrue();
        (await Should.ThrowAsync<Failure>(() => FoundAsync("--csv", table, "--standardise", "--columns", columns))).Message
            .ShouldContain("--standardise says nothing");
        (await Should.ThrowAsync<Failure>(() => ReadAsync("--csv", table, "--categories", "x", "--columns", columns))).Message
            .ShouldContain("--categories says nothing");
    }

    [Fact]
    public async Task Overlap_is_no_question_where_points_are_held_out()
    {
        var command = new Command("found");
        var options = HeldOutOptions.AddTo(command, PointOptions.AddTo(command, "", "Points", use: PointUse.Found));
        var parsed = command.Parse(["--csv", Write("h.csv", "x,l\n1,0\n3,1\n"), "--held-out", "50%", "--allow-overlap"]);
        (await Should.ThrowAsync<Failure>(() => options.ReadAsync(parsed, Output.Quiet(), TestContext.Current.CancellationToken))).Message
            .ShouldContain("--allow-overlap says nothing");
    }

    [Fact]
    public async Task A_folders_classes_are_inferred_by_the_founder_alone_and_told()
    {
        foreach (var name in new[] { "zebra", "ant" })
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, "p", name));
            File.WriteAllBytes(Path.Combine(_folder.Path, "p", name, "1.png"), Node.Web.PngWriter.Encode(new byte[4], 2, 2, 1));
        }

        var notes = new List<string>();
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Found);
        var shard = await options.ReadAsync(command.Parse(["--folder", _folder["p"]]), DataSchema.MaxClasses,
            TestContext.Current.CancellationToken, notes.Add);
        shard.Labels.Order().ShouldBe([0, 1]);
        notes.ShouldBe(["The classes are 0 ant, 1 zebra. Whoever proposes points says: --classes ant,zebra"]);
        (await Should.ThrowAsync<Failure>(() => ReadAsync("--folder", _folder["p"]))).Message.ShouldContain("--classes");
    }

    [Theory]
    [InlineData("--shard")]
    [InlineData("--csv")]
    [InlineData("--parquet")]
    [InlineData("--json-lines")]
    [InlineData("--texts")]
    public async Task A_folder_in_place_of_a_file_is_said_to_be_one(string option)
    {
        var fault = await Record.ExceptionAsync(() => ReadAsync(option, _folder.Path));
        Translation.Of(fault!).ExitCode.ShouldBe(ExitCode.BadInput);
        fault!.Message.ShouldContain("a folder; a file is expected");
    }

    [Fact]
    public async Task A_shard_that_is_another_kind_of_file_is_called_by_its_kind()
    {
        (await Should.ThrowAsync<Failure>(() => ReadAsync("--shard",
            Write("s", "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n")))).Message.ShouldContain("git lfs pull");
        (await Should.ThrowAsync<Failure>(() => ReadAsync("--shard", _folder["none"]))).Message.ShouldEndWith("none does not exist.");
    }

    private static async Task<float[]> FoundAsync(params string[] words)
    {
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Found);
        var values = Values32(await options.ReadAsync(command.Parse(words), DataSchema.MaxClasses, TestContext.Current.CancellationToken));
        options.Reading.KeepColumns();
        return values;
    }

    private static Task<Shard> ReadAsync(params string[] words) => ReadAsync(_ => { }, words);

    private static Task<Shard> ReadAsync(Action<string> note, params string[] words)
    {
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Ask);
        return options.ReadAsync(command.Parse(words), DataSchema.MaxClasses, TestContext.Current.CancellationToken, note);
    }

    private static Task<Shard> OfferedAsync(params string[] words)
    {
        var command = new Command("offer");
        var options = PointOptions.AddTo(command, "", "Points");
        return options.ReadAsync(command.Parse(words), DataSchema.MaxClasses, TestContext.Current.CancellationToken);
    }

    private static float[] Values32(Shard shard) => Compute.Points.Examples.Values(shard).ToArray();

    private (string Images, string Labels) Idx(byte first, byte second)
    {
        File.WriteAllBytes(_folder["i"], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 2, 3, 10, 11, 12, 13]);
        File.WriteAllBytes(_folder["l"], [0, 0, 8, 1, 0, 0, 0, 2, first, second]);
        return (_folder["i"], _folder["l"]);
    }

    private static byte[] Npy(string type, string shape, byte[] data)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. data];
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }
}
