using DataBright.Market.Datasets;
using DataBright.Node.Web;

namespace DataBright.Node.Proposals;

/// <summary>A few pictures under each label of a shard.</summary>
internal sealed class ShardSamples
{
    private const int PerLabel = 16;
    private const int MostLabels = 20;
    private const int Gap = 1;

    private readonly SortedDictionary<int, (int Count, List<DataPoint> Kept)> _labels;
    private readonly PointPicture _picture;

    private ShardSamples(PointPicture picture, SortedDictionary<int, (int Count, List<DataPoint> Kept)> labels) =>
        (_picture, _labels) = (picture, labels);

    public SampleSheet Sheet => new(
        [.. _labels.Take(MostLabels).Select(label => new SampledLabel(label.Key, label.Value.Count, label.Value.Kept.Count))],
        Math.Max(0, _labels.Count - MostLabels),
        PerLabel * (_picture.Width + Gap) - Gap,
        _picture.Height);

    /// <summary>Null where the points are not pictures: one or three planes of at most 64 × 64.</summary>
    /// <exception cref="FormatException">The file is no shard.</exception>
    public static async Task<ShardSamples?> ReadAsync(Stream file, CancellationToken stop)
    {
        var head = await ShardFile.ReadHeadAsync(file, stop);
        if (PointPicture.Of(head.Schema) is not { } picture) return null;
        var labels = new SortedDictionary<int, (int Count, List<DataPoint> Kept)>();
        await foreach (var point in ShardFile.PointsAsync(file, head, stop)) Keep(labels, point, head.Count);
        return new ShardSamples(picture, labels);
    }

    /// <summary>One row of pictures; null where the label is not shown.</summary>
    public byte[]? Png(int label)
    {
        if (!_labels.Take(MostLabels).Any(shown => shown.Key == label)) return null;
        int width = PerLabel * (_picture.Width + Gap) - Gap, channels = _picture.Channels == 3 ? 3 : 1;
        var pixels = new byte[width * _picture.Height * channels];
        var kept = _labels[label].Kept;
        for (int i = 0; i < kept.Count; i++) _picture.Draw(kept[i], pixels, width, i * (_picture.Width + Gap));
        return PngImage.Encode(pixels, width, _picture.Height, channels);
    }

    /// <summary>Keeps samples spread over the shard: whenever a label's row is full.</summary>
    private static void Keep(SortedDictionary<int, (int Count, List<DataPoint> Kept)> labels, DataPoint point, int total)
    {
        var (count, kept) = labels.TryGetValue(point.Label, out var known) ? known : (0, []);
        int stride = Math.Max(1, total / (labels.Count + 1) / PerLabel);
        if (kept.Count < PerLabel && count % stride == 0) kept.Add(point);
        labels[point.Label] = (count + 1, kept);
    }
}
