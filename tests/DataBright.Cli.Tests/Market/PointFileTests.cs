using System.CommandLine;
using DataBright.Cli.Datasets;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>Points from files as people have them, and a proposal from a table.</summary>
[Collection(nameof(RunningMarket))]
public sealed class PointFileTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_table_becomes_numbers_and_labels_in_the_order_that_was_said()
    {
        var csv = Write("a.csv", "height,width,kind\n1.5,2,dog\n0.25,-3,cat\n");
        var shard = await ReadAsync("--csv", csv, "--classes", "cat,dog,fish");
        shard.Schema.ToString().ShouldBe("f32 2×1×1, 3 classes");
        shard.Labels.ToArray().ShouldBe([1, 0]);
        Compute.Points.Examples.Values(shard).ShouldBe([1.5f, 2f, 0.25f, -3f]);

        (await ReadAsync("--csv", Write("b.csv", "kind,x\n2,7\n0,8\n"), "--label-column", "kind", "--classes", "4")).Schema.Classes
            .ShouldBe(4);
        (await FailAsync("--csv", csv)).Message.ShouldContain("say with --classes");
        (await FailAsync("--csv", Write("c.csv", "x,kind\n1,5\n"), "--classes", "4")).Message.ShouldContain("beyond the 4 classes");
        (await FailAsync("--csv", csv, "--texts", csv)).Message.ShouldContain("one source");
        (await FailAsync()).Message.ShouldContain("--folder");
    }

    [Fact]
    public async Task Lines_and_texts_and_arrays_are_read()
    {
        var lines = Write("a.jsonl", "{\"features\":[1,2.5],\"label\":\"b\"}\n{\"features\":[3,4],\"label\":\"a\"}\n");
        (await ReadAsync("--json-lines", lines, "--classes", "a,b")).Labels.ToArray().ShouldBe([1, 0]);
        var texts = await ReadAsync("--texts",
            Write("t.jsonl", "{\"text\":\"hé\",\"label\":0}\n{\"text\":\"longer than it may be\",\"label\":1}\n"), "--text-bytes", "4");
        texts.Schema.ToString().ShouldBe("f32 1×1×4, 2 classes");
        Compute.Points.Examples.Values(texts).ShouldBe([104f, 195f, 169f, 0f, 108f, 111f, 110f, 103f]);

        File.WriteAllBytes(_folder["x.npy"], Npy("<f4", "(2, 2)", [.. new[] { 0.5f, 1f, 2f, 3f }.SelectMany(BitConverter.GetBytes)]));
        File.WriteAllBytes(_folder["y.npy"], Npy("<i8", "(2,)", [.. new[] { 1L, 0L }.SelectMany(BitConverter.GetBytes)]));
        (await ReadAsync("--npy", _folder["x.npy"], "--npy-labels", _folder["y.npy"])).Labels.ToArray().ShouldBe([1, 0]);
        (await FailAsync("--npy", _folder["x.npy"])).Message.ShouldContain("belong together");
    }

    [Fact]
    public async Task A_folder_of_pictures_becomes_bytes_whatever_the_alphabet_makes_of_its_names()
    {
        foreach (var (name, seed) in new[] { ("zebra", 1), ("ant", 2) })
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, "pictures", name));
            File.WriteAllBytes(Path.Combine(_folder.Path, "pictures", name, "1.png"),
                Node.Web.PngWriter.Encode([.. Enumerable.Range(0, 12).Select(i => (byte)(i * 20 + seed))], 4, 3, 1));
        }

        var shard = await ReadAsync("--folder", Path.Combine(_folder.Path, "pictures"), "--classes", "zebra,ant");
        shard.Schema.ToString().ShouldBe("u8 1×3×4, 2 classes");
        shard.Labels.ToArray().ShouldBe([1, 0], "ant comes first in the folder and is label 1");
        shard.Features.Span[0].ShouldBe((byte)2);
        (await Should.ThrowAsync<UnfitPointsException>(() => ReadAsync("--folder", Path.Combine(_folder.Path, "pictures"), "--classes",
            "zebra,bee"))).Message.ShouldContain("ant is none of");
        (await FailAsync("--folder", Path.Combine(_folder.Path, "pictures"))).Message.ShouldContain("--classes");
    }

    [Fact]
    public async Task Points_get_an_order_that_a_seed_draws_whatever_the_order_of_the_file()
    {
        string[] rows = [.. Enumerable.Range(0, 40).Select(i => $"{i},{(i < 20 ? "low" : "high")}")];
        var (inOrder, turned) = (Write("up.csv", $"x,kind\n{string.Join('\n', rows)}\n"),
            Write("down.csv", $"x,kind\n{string.Join('\n', rows.Reverse())}\n"));

        var shard = await OfferedAsync("--csv", inOrder, "--classes", "low,high");

        shard.Labels.Take(20).Distinct().Count().ShouldBe(2, "half of them are of both classes");
        (await OfferedAsync("--csv", turned, "--classes", "low,high")).Root.ShouldBe(shard.Root);
        (await OfferedAsync("--csv", inOrder, "--classes", "low,high", "--order-seed", "2")).Root.ShouldNotBe(shard.Root);
        (await OfferedAsync("--csv", inOrder, "--classes", "low,high", "--take", "20")).Labels.ShouldAllBe(label => label == 0,
            "which points are taken is the file's order to say");

        await File.WriteAllBytesAsync(_folder["a.shard"],
            ShardFile.ToBytes(await ReadAsync("--csv", inOrder, "--classes", "low,high")), TestContext.Current.CancellationToken);
        (await OfferedAsync("--shard", _folder["a.shard"])).Labels.Take(20).ShouldAllBe(label => label == 0, "a shard stays as it is");
        (await Should.ThrowAsync<Failure>(() => OfferedAsync("--shard", _folder["a.shard"], "--order-seed", "2"))).Message
            .ShouldContain("--order-seed says nothing to shards");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("cat")]
    [InlineData("cat,cat")]
    [InlineData("cat,,dog")]
    public void Classes_that_mean_nothing_are_refused(string text) => Should.Throw<FormatException>(() => PointClasses.Parse(text));

    [Fact]
    public async Task A_dataset_and_a_proposal_are_made_from_tables()
    {
        string[] held = ["--held-out-csv", Write("held.csv", Rows(200, 40)), "--classes", "low,high"];
        var created =
            (await market.RunAsync(["dataset", "create", "--name", "Numbers", "--symbol", "NUM", "--csv", Write("first.csv", Rows(0, 60)),
                .. held, "--key", "ines", "--json"]))
            .ShouldSucceed().Json;
        created.GetProperty("orderSeed").GetUInt64().ShouldBe(1UL, "told, so that it can be done again");
        var dataset = created.GetProperty("id").GetRawText();
        (await market.RunAsync("proposal", "create", "--dataset", dataset, "--csv", Write("more.csv", Rows(100, 30)), "--classes",
            "low,high", "--anyway", "--key", "ines", "--json"))
            .ShouldSucceed().Json.GetProperty("points").GetInt32().ShouldBe(30);
        (await market.RunAsync("proposal", "create", "--dataset", dataset, "--csv", Write("wide.csv", "a,b,c,kind\n1,2,3,low\n"),
            "--classes", "low,high", "--key", "ines")).ShouldFailClearly(ExitCode.BadInput,
                "the columns are a, b, c; expected are, in this order, a, b");
    }

    [Fact]
    public async Task What_is_measured_on_is_not_among_the_first_points()
    {
        var table = Write("all.csv", Rows(300, 50));
        string[] create = ["dataset", "create", "--name", "Both", "--symbol", "BTH", "--csv", table, "--classes", "low,high",
            "--key", "ines"];
        (await market.RunAsync([.. create, "--held-out-csv", table])).ShouldFailClearly(ExitCode.Refused,
            "50 of 50 points to measure on are among the first points", "--allow-overlap");
        (await market.RunAsync([.. create, "--held-out-csv", Write("part.csv", Rows(349, 4))])).ShouldFailClearly(ExitCode.Refused,
            "1 of 4 points");
        (await market.RunAsync([.. create, "--held-out-csv", table, "--allow-overlap"])).ShouldSucceed().Error
            .ShouldContain("50 of 50 points");
        (await market.RunAsync([.. create, "--held-out", "20%", "--held-out-csv", table])).ShouldFailClearly(ExitCode.Usage,
            "leave --held-out-csv away");
        (await market.RunAsync([.. create, "--held-out-csv", table, "--held-out-seed", "7"])).ShouldFailClearly(ExitCode.Usage,
            "--held-out-seed says nothing");
        var divided = (await market.RunAsync([.. create, "--held-out", "20%", "--json"])).ShouldSucceed();
        divided.Json.GetProperty("points").GetInt32().ShouldBe(40);
        divided.Error.ShouldContain("10 of 50 points are held out, with seed 1.");
        (await market.RunAsync([.. create, "--held-out", "20%", "--label-column", "kind", "--text-bytes", "9"]))
            .ShouldFailClearly(ExitCode.Usage, "--text-bytes says nothing to tables");
    }

    private static string Rows(int from, int count) =>
        "a,b,kind\n"
            + string.Concat(Enumerable.Range(from, count)
                .Select(i => FormattableString.Invariant(
                    $"{Math.Sin(i * 12.9898) * 50:0.0000},{Math.Cos(i * 78.233) * 50:0.0000},{(i % 2 == 0 ? "low" : "high")}\n")));

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

    private static async Task<Failure> FailAsync(params string[] words) => await Should.ThrowAsync<Failure>(() => ReadAsync(words));

    private static Task<Shard> ReadAsync(params string[] words)
    {
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Ask);
        return options.ReadAsync(command.Parse(words), DataSchema.MaxClasses, TestContext.Current.CancellationToken);
    }

    private static Task<Shard> OfferedAsync(params string[] words)
    {
        var command = new Command("offer");
        var options = PointOptions.AddTo(command, "", "Points on offer");
        return options.ReadAsync(command.Parse(words), DataSchema.MaxClasses, TestContext.Current.CancellationToken);
    }
}
