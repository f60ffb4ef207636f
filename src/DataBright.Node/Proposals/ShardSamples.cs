using DataBright.Market.Datasets;
using DataBright.Node.Web;

namespace DataBright.Node.Proposals;

/// <summary>A few points under each label of a shard: pictures, or lines.</summary>
internal sealed class ShardSamples
{
    private const int PerLabel = 16;
    private const int LinesPerLabel = 3;
    private const int MaxLabels = 20;
    private const int Gap = 1;

    private readonly SortedDictionary<int, (int Count, List<DataPoint> Kept)> _labels;
    private readonly PointPicture? _picture;

    private ShardSamples(PointPicture? picture, SortedDictionary<int, (int Count, List<DataPoint> Kept)> labels)
    {
        (_picture, _labels) = (picture, labels);
        var shown = labels.Take(MaxLabels).ToArray();
        Sheet = new SampleSheet(
            [.. shown.Select(label => new SampledLabel(label.Key, label.Value.Count,
                picture is null ? Math.Min(LinesPerLabel, label.Value.Kept.Count) : label.Value.Kept.Count, Lines(label.Value.Kept)))],
            labels.Count - shown.Length, picture is null ? 0 : PerLabel * (picture.Width + Gap) - Gap, picture?.Height ?? 0);
    }

    public SampleSheet Sheet { get; private init; }

    /// <summary>
    /// Null where the points can be neither drawn (one or three planes of at most 64 × 64) nor read (one row of numbers, or a text).
    /// </summary>
    /// <exception cref="FormatException">The file is no shard.</exception>
    public static async Task<ShardSamples?> ReadAsync(Stream file, CancellationToken stop)
    {
        var head = await ShardFile.ReadHeadAsync(file, stop);
        var picture = PointPicture.Of(head.Schema);
        if (picture is null && !PointWords.Fits(head.Schema)) return null;
        var labels = new SortedDictionary<int, (int Count, List<DataPoint> Kept)>();
        var steps = new Dictionary<int, int>();
        await foreach (var point in ShardFile.PointsAsync(file, head, stop)) Keep(labels, steps, point);
        foreach (var (label, (count, kept)) in labels.ToArray()) labels[label] = (count, Spread(kept));
        return new ShardSamples(picture, labels);
    }

    /// <summary>The same points as those that were drawn from so many.</summary>
    public ShardSamples DrawnFrom(int points) => new(_picture, _labels) { Sheet = Sheet with { DrawnFrom = points } };

    private IReadOnlyList<string> Lines(List<DataPoint> kept) => _picture is null ? PointWords.Of([.. kept.Take(LinesPerLabel)]) : [];

    /// <summary>One row of pictures; null where the label is not shown, or the points are no pictures.</summary>
    public byte[]? Png(int label)
    {
        if (_picture is null || !_labels.Take(MaxLabels).Any(shown => shown.Key == label)) return null;
        int width = PerLabel * (_picture.Width + Gap) - Gap, channels = _picture.Channels == 3 ? 3 : 1;
        var pixels = new byte[width * _picture.Height * channels];
        var kept = _labels[label].Kept;
        for (int i = 0; i < kept.Count; i++) _picture.Draw(kept[i], pixels, width, i * (_picture.Width + Gap));
        return PngWriter.Encode(pixels, width, _picture.Height, channels);
    }

    /// <summary>
    /// Keeps samples spread over the shard: whenever there are twice as many as shown, every second goes and the steps become twice as
    /// long.
    /// </summary>
    private static void Keep(SortedDictionary<int, (int Count, List<DataPoint> Kept)> labels, Dictionary<int, int> steps, DataPoint point)
    {
        var (count, kept) = labels.TryGetValue(point.Label, out var known) ? known : (0, []);
        int step = steps.GetValueOrDefault(point.Label, 1);
        if (count % step == 0) kept.Add(point);
        if (kept.Count == 2 * PerLabel)
        {
            kept = [.. kept.Where((_, place) => place % 2 == 0)];
            steps[point.Label] = 2 * step;
        }
        labels[point.Label] = (count + 1, kept);
    }

    private static List<DataPoint> Spread(List<DataPoint> kept) =>
        kept.Count <= PerLabel ? kept : [.. Enumerable.Range(0, PerLabel).Select(place => kept[place * kept.Count / PerLabel])];
}
