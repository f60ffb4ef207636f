using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using DataBright.Learning.Checkpoints;
using Parquet;
using Parquet.Schema;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace DataBright.EndToEnd;

/// <summary>
/// What people have in their own folders, from its first command to a served model that answers with the names of their classes.
/// </summary>
public sealed class FolderStoriesTests(OwnMarket market) : IClassFixture<OwnMarket>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Ninety pictures of a camera, class after class; two workers' parts of them would have one and a half classes each.
    /// </summary>
    [Fact]
    public async Task A_folder_of_jpegs_in_class_order_becomes_a_model_that_says_seven()
    {
        string[] names = ["cross", "ring", "seven"];
        foreach (var name in names)
            for (var i = 0; i < 40; i++)
                Jpeg(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder["pictures"], name)).FullName,
                    $"IMG_{i:0000}.jpg"), name, i);
        Jpeg(_folder["new.jpg"], "seven", 1_000);

        var dataset = await market.CreateAsync("Signs", "--folder", _folder["pictures"], "--size", "12x12", "--grey", "--held-out", "20%");
        (await market.CallAsync("dataset", "show", dataset)).Output.ShouldContain("0 cross, 1 ring, 2 seven");
        var model = await market.TrainAsync(dataset, least: 0.9);
        await using var serving = await market.ServeAsync(model);

        (await market.CallAsync("model", "predict", model, "--picture", _folder["new.jpg"], "--trial")).Output.ShouldContain("seven");
        await PageSaysAsync(model, "seven");
        await ExportsSayAsync(model, "[\"cross\",\"ring\",\"seven\"]");
    }

    [Fact]
    public async Task A_semicolon_table_with_an_index_and_a_missing_value_becomes_a_model_that_answers_by_name()
    {
        File.WriteAllText(_folder["people.csv"],
            ";height;weight;kind\n" + string.Concat(Enumerable.Range(0, 120)
                .Select(i => $"{i};{(i == 7 ? "" : Height(i))};{Weight(i)};{(i < 60 ? "small" : "tall")}\n")));
        File.WriteAllText(_folder["new.csv"],
            $";height;weight;kind\n0;{Height(90)};{Weight(90)};tall\n1;{Height(10)};{Weight(10)};small\n");
        string[] form = ["--separator", ";", "--ignore-column", "#1"];

        (await Databright.RunAsync(market.Home, ["dataset", "create", "--name", "People", "--symbol", "PPL", "--csv", _folder["people.csv"],
            "--classes", "small,tall", "--held-out", "20%", "--key-file", market.Key]))
            .ShouldFailClearly(5, "--separator");
        var dataset = await market.CreateAsync(
            "People", ["--csv", _folder["people.csv"], .. form, "--missing", "leave-out", "--classes", "small,tall", "--unit", "height=cm",
                "--unit", "weight=kg", "--standardise", "--columns", _folder["columns.json"], "--held-out", "20%"]);
        var model = await market.TrainAsync(dataset, least: 0.9);
        await using var serving = await market.ServeAsync(model);

        // Neither classes nor the scale of the columns are said again: both are the dataset's.
        var answered = await market.CallAsync(["model", "predict", model, "--csv", _folder["new.csv"], .. form, "--trial", "--json"]);
        answered.Json.GetProperty("predictions").EnumerateArray().Select(guess => guess.GetProperty("class").GetString())
            .ShouldBe(["tall", "small"]);
        answered.Json.GetProperty("correct").GetInt32().ShouldBe(2);

        static string Height(int i) => ((i < 60 ? 160 : 185) + Wave(i, 5)).ToString("0.0", CultureInfo.InvariantCulture);

        static string Weight(int i) => ((i < 60 ? 55 : 85) + Wave(i + 500, 8)).ToString("0.0", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_parquet_file_becomes_a_model_that_answers_by_name_over_http()
    {
        await ParquetAsync(_folder["flowers.parquet"]);

        var dataset = await market.CreateAsync("Flowers", "--parquet", _folder["flowers.parquet"], "--label-column", "species", "--classes",
            "setosa,virginica", "--held-out", "20%");
        var model = await market.TrainAsync(dataset, least: 0.9);
        await using var serving = await market.ServeAsync(model);

        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = serving.Address };
        using var asked = await http.PostAsJsonAsync($"predictions/{model}",
            new { inputs = new[] { new[] { 0.3f, 1.2f }, [2f, 0.1f] } }, Stop);
        var answer = await asked.Content.ReadFromJsonAsync<JsonElement>(Stop);
        answer.GetProperty("classes").EnumerateArray().Select(name => name.GetString()).ShouldBe(["setosa", "virginica"]);
        answer.GetProperty("likelihoods")[0].GetDouble().ShouldBeInRange(0.5, 1);
        (await market.CallAsync("model", "predict", model, "--row", "2,0.1", "--trial")).Output.ShouldContain("virginica");
    }

    /// <summary>The page takes PNG, which every browser makes.</summary>
    private async Task PageSaysAsync(string model, string name)
    {
        using var png = new MemoryStream();
        using (var picture = await Image.LoadAsync(_folder["new.jpg"], Stop)) await picture.SaveAsync(png, new PngEncoder(), Stop);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(png.ToArray()), "picture", "new.png" } };
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = market.Address };
        using var page = await http.PostAsync($"models/{model}/try", form, Stop);
        (await page.Content.ReadAsStringAsync(Stop)).ShouldContain($"<p class=\"verdict\">{name}<small>with");
    }

    private async Task ExportsSayAsync(string model, string classes)
    {
        foreach (var file in new[] { _folder["model.safetensors"], _folder["model.onnx"] })
        {
            await market.CallAsync("model", "export", model, "--out", file);
            var bytes = System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file, Stop))
                .Replace("\\u0022", "\"", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal);
            bytes.ShouldContain("databright.classes");
            bytes.ShouldContain(classes);
        }

        (await Checkpoint.LoadAsync(_folder["model.safetensors"], Stop)).Tensors
            .ShouldNotBeEmpty("other programs' metadata are passed over");
    }

    /// <summary>A dark sign on a light, uneven ground, a little out of place; written by another program's encoder.</summary>
    private static void Jpeg(string path, string sign, int number)
    {
        const int Side = 36;
        using var picture = new Image<Rgb24>(Side, Side);
        var (right, down) = ((int)Wave(number, 2.4), (int)Wave(number + 77, 2.4));
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var ground = 200 + Wave(number * 1_297 + y * Side + x, 25);
                var shade = IsInk(sign, x - Side / 2 - right, y - Side / 2 - down) ? ground / 4 : ground;
                picture[x, y] = new Rgb24((byte)shade, (byte)(shade * 0.9), (byte)(shade * 0.8));
            }

        picture.Save(path, new JpegEncoder { Quality = 85 });
    }

    private static bool IsInk(string sign, int x, int y) => sign switch
    {
        "cross" => Math.Abs(x) < 3 && Math.Abs(y) < 13 || Math.Abs(y) < 3 && Math.Abs(x) < 13,
        "ring" => Math.Sqrt(x * x + y * y) is > 9 and < 14,
        _ => y is >= -13 and <= -8 && Math.Abs(x) < 10 || Math.Abs(x + y / 2 - 2) < 3 && y is > -13 and < 13,
    };

    private static double Wave(int i, double size) => Math.Sin(i * 12.9898 + 4.1) * size;

    /// <summary>Two rows of species one after the other, written by another program's encoder.</summary>
    private static async Task ParquetAsync(string path)
    {
        var (width, length, species) = (new DataField<double>("width"), new DataField<float>("length"), new DataField<string>("species"));
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(width, length, species), file, cancellationToken: Stop);
        foreach (var (name, wide, long_) in new[] { ("setosa", 0.3, 1.2f), ("virginica", 2.0, 0.1f) })
        {
            using var rows = writer.CreateRowGroup();
            await rows.WriteAsync<double>(width, Enumerable.Range(0, 50).Select(i => wide + Wave(i, 0.3)).ToArray().AsMemory());
            await rows.WriteAsync<float>(length,
                Enumerable.Range(0, 50).Select(i => long_ + (float)Wave(i + 300, 0.3)).ToArray().AsMemory());
            await rows.WriteAsync(species, Enumerable.Repeat(name, 50).ToArray());
        }
    }
}
