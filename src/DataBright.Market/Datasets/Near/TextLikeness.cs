using System.Buffers.Binary;

namespace DataBright.Market.Datasets.Near;

/// <summary>
/// Texts, as sequences of bytes, by the runs of three bytes that they share (Jaccard's measure; A. Broder, "On the resemblance and
/// containment of documents", 1997). The search looks only at texts that share one of their rarest runs: two sets that overlap enough must
/// (S. Chaudhuri et al., "A primitive operator for similarity joins", 2006), so none is lost.
/// </summary>
internal sealed class TextLikeness : ILikeness
{
    /// <summary>Chosen by measurement (docs/decisions/0068).</summary>
    public const double Threshold = 0.7;

    private const int Run = 3;

    private readonly int[][] _runs;
    private readonly int[][] _rarest;

    public TextLikeness(PointBlock points)
    {
        _runs = [.. Enumerable.Range(0, points.Count).Select(i => RunsOf(points[i], points.Schema.Element))];
        var frequency = _runs.SelectMany(runs => runs).GroupBy(run => run).ToDictionary(group => group.Key, group => group.Count());
        _rarest = [.. _runs.Select(runs => runs.OrderBy(run => frequency[run]).ThenBy(run => run)
            .Take(runs.Length - (int)Math.Ceiling(Threshold * runs.Length - 1e-9) + 1).ToArray())];
    }

    /// <summary>
    /// Whether points can be read as text: whole numbers from 0 to 255 in one row. Bytes always can; numbers if all of the first ones are.
    /// </summary>
    public static bool Fits(PointBlock points, int measure)
    {
        if (points.Schema.Shape.Count(dimension => dimension > 1) > 1 || points.Schema.Features < 2 * Run) return false;
        if (points.Schema.Element == ElementType.UInt8) return true;
        bool isText = false;
        for (int i = 0; i < measure; i++)
        {
            var features = points[i];
            for (int at = 0; at < features.Length; at += 4)
            {
                float value = BinaryPrimitives.ReadSingleLittleEndian(features[at..]);
                if (!(value >= 0 && value <= byte.MaxValue && value == MathF.Floor(value))) return false;
                // Small counts are whole numbers, too; letters are not small.
                isText |= value >= 'A';
            }
        }
        return isText;
    }

    public double? AreNear(int left, int right)
    {
        var (a, b) = (_runs[left], _runs[right]);
        if (a.Length == 0 || b.Length == 0) return null;
        int shared = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i] == b[j]) shared++;
            int step = a[i].CompareTo(b[j]);
            if (step <= 0) i++;
            if (step >= 0) j++;
        }
        double alike = shared / (double)(a.Length + b.Length - shared);
        return alike >= Threshold ? alike : null;
    }

    public void SearchAcross(int split, Action<int, int, double> found, CancellationToken stop)
    {
        var index = IndexOf(0, split);
        Parallel.For(split, _runs.Length, new ParallelOptions { CancellationToken = stop }, asked =>
        {
            var seen = new HashSet<int>();
            foreach (int run in _rarest[asked])
                foreach (int known in index.GetValueOrDefault(run) ?? [])
                    if (seen.Add(known) && AreNear(known, asked) is { } alike)
                    {
                        found(known, asked, alike);
                        return;
                    }
        });
    }

    public void SearchWithin(int split, Func<int, int, bool> isOpen, Action<int, int, double> found, CancellationToken stop)
    {
        var index = new Dictionary<int, List<int>>();
        for (int later = split; later < _runs.Length; later++)
        {
            stop.ThrowIfCancellationRequested();
            var seen = new HashSet<int>();
            foreach (int run in _rarest[later])
            {
                var known = index.TryGetValue(run, out var list) ? list : index[run] = [];
                foreach (int earlier in known)
                    if (seen.Add(earlier) && isOpen(earlier, later) && AreNear(earlier, later) is { } alike) found(earlier, later, alike);
                known.Add(later);
            }
        }
    }

    private Dictionary<int, List<int>> IndexOf(int from, int to)
    {
        var index = new Dictionary<int, List<int>>();
        for (int point = from; point < to; point++)
            foreach (int run in _rarest[point])
                if (index.TryGetValue(run, out var list)) list.Add(point);
                else index[run] = [point];
        return index;
    }

    /// <summary>Each run once, ascending; zeros at the end are no text.</summary>
    private static int[] RunsOf(ReadOnlySpan<byte> features, ElementType element)
    {
        var text = new byte[element == ElementType.UInt8 ? features.Length : features.Length / 4];
        for (int i = 0; i < text.Length; i++)
            text[i] = element == ElementType.UInt8
                ? features[i] : (byte)Math.Clamp(BinaryPrimitives.ReadSingleLittleEndian(features[(4 * i)..]), 0, byte.MaxValue);
        var used = text.AsSpan().TrimEnd((byte)0);
        var runs = new SortedSet<int>();
        for (int i = 0; i + Run <= used.Length; i++) runs.Add(used[i] << 16 | used[i + 1] << 8 | used[i + 2]);
        return [.. runs];
    }
}
