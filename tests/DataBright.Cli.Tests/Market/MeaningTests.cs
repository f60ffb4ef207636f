using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>What the numbers of a dataset mean: kept with it, shown, and held against every offer.</summary>
[Collection(nameof(RunningMarket))]
public sealed class MeaningTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Offers_that_mean_something_else_are_refused_with_both_sides_and_nothing_is_proposed()
    {
        var dataset = await FoundAsync("--csv", Write("first.csv", Rows(0, 60)), "--classes", "low,high", "--unit", "height=cm",
            "--held-out", "20%");
        string[] offer = ["proposal", "create", "--dataset", dataset, "--key", "ines"];
        var more = Write("more.csv", Rows(100, 30));

        await RefusedAsync(["--csv", more, "--classes", "high,low"], ExitCode.BadInput, "classes are low, high",
            "--classes says high, low");
        await RefusedAsync(["--csv", Write("swapped.csv", Rows(100, 30, "width,height"))], ExitCode.BadInput,
            "the columns are width, height", "expected are, in this order, height, width");
        await RefusedAsync(["--csv", Write("bare.csv", Rows(100, 30, header: null)), "--no-header"], ExitCode.BadInput,
            "the columns are 0, 1", "expected are, in this order, height, width");
        await RefusedAsync(["--csv", Write("bare.csv", Rows(100, 30, header: null))], ExitCode.BadInput, "--no-header");
        await RefusedAsync(["--csv", Write("metres.csv", Rows(100, 30, scale: 0.01))], ExitCode.Refused,
            "column height (cm) has numbers from 150", "here it has 1.5", "--anyway");
        await RefusedAsync(["--csv", more, "--categories", "height"], ExitCode.BadInput, "'height' is no column of categories");
        await RefusedAsync(["--csv", more, "--columns", _folder["typo.json"]], ExitCode.BadInput, "typo.json does not exist");
        await RefusedAsync(["--csv", more, "--unit", "height=m"], ExitCode.BadInput, "column height is in cm", "--unit says m");
        await RefusedAsync(["--csv", Write("strange.csv", Rows(100, 30).Replace("low", "LOW", StringComparison.Ordinal))],
            ExitCode.BadInput, "'LOW' is none of the 2 expected classes: low, high");
        (await market.RunAsync("proposal", "list", "--dataset", dataset)).ShouldSucceed().Output.ShouldContain("No proposals");

        // What the dataset says need not be said again.
        (await market.RunAsync([.. offer, "--csv", more, "--anyway", "--json"])).ShouldSucceed().Json.GetProperty("points").GetInt32()
            .ShouldBe(30);

        async Task RefusedAsync(string[] words, int code, params string[] saying) =>
            (await market.RunAsync([.. offer, .. words])).ShouldFailClearly(code, saying);
    }

    [Fact]
    public async Task A_dataset_shows_its_classes_columns_and_units()
    {
        var dataset = await FoundAsync("--csv", Write("first.csv", Rows(0, 60)), "--classes", "low,high", "--unit", "height=cm",
            "--held-out", "20%");

        var shown = (await market.RunAsync("dataset", "show", dataset)).ShouldSucceed().Output;
        shown.ShouldContain("0 low, 1 high");
        shown.ShouldContain("cm");
        var meaning = (await market.RunAsync("dataset", "show", dataset, "--json")).ShouldSucceed().Json.GetProperty("meaning");
        meaning.GetProperty("columns")[0].GetProperty("name").GetString().ShouldBe("height");
        meaning.GetProperty("columns")[0].GetProperty("least").GetDouble().ShouldBeInRange(150, 151);

        var page = await market.GetAsync($"/datasets/{dataset}");
        page.ShouldContain("0 low, 1 high");
        page.ShouldContain("height");
        (await market.GetAsync($"/api/v1/datasets/{dataset}")).ShouldContain("\"unit\":\"cm\"");
    }

    [Fact]
    public async Task Pictures_in_decimals_are_not_offered_to_a_dataset_of_pictures_in_another_scale()
    {
        string[] Npy(string name, float most)
        {
            File.WriteAllBytes(_folder[$"{name}.npy"],
                Array("<f4", "(8, 3, 3)", [.. Enumerable.Range(0, 72).SelectMany(i => BitConverter.GetBytes(i % 5 * most / 4))]));
            File.WriteAllBytes(_folder[$"{name}-labels.npy"],
                Array("<i8", "(8,)", [.. Enumerable.Range(0, 8).SelectMany(i => BitConverter.GetBytes((long)(i % 2)))]));
            return ["--npy", _folder[$"{name}.npy"], "--npy-labels", _folder[$"{name}-labels.npy"]];
        }

        var dataset = await FoundAsync([.. Npy("parts", 0.7f), "--classes", "even,odd", "--held-out", "20%"]);
        (await market.RunAsync(["proposal", "create", "--dataset", dataset, .. Npy("bytes", 100), "--key", "ines"]))
            .ShouldFailClearly(ExitCode.Refused, "values are from 0 to 1", "these are whole numbers from 0 to 255");
    }

    [Fact]
    public async Task A_unit_of_no_column_is_refused() =>
        (await market.RunAsync("dataset", "create", "--name", "Units", "--symbol", "UNI", "--csv", Write("first.csv", Rows(0, 60)),
            "--classes", "low,high", "--unit", "hight=cm", "--held-out", "20%", "--key", "ines"))
            .ShouldFailClearly(ExitCode.BadInput, "'hight' is no column", "height, width");

    private async Task<string> FoundAsync(params string[] words) =>
        (await market.RunAsync(["dataset", "create", "--name", "Heights", "--symbol", "HGT", .. words, "--key", "ines", "--json"]))
            .ShouldSucceed().Json.GetProperty("id").GetRawText();

    private static string Rows(int from, int count, string? header = "height,width", double scale = 1) =>
        (header is null ? "" : $"{header},kind\n") + string.Concat(Enumerable.Range(from, count).Select(i => FormattableString.Invariant(
            $"{(175 + Math.Sin(i * 12.9898) * 25) * scale:0.0000},{50 + Math.Cos(i * 78.233) * 50:0.0000},{(i % 2 == 0
                ? "low" : "high")}\n")));

    private static byte[] Array(string type, string shape, byte[] data)
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
