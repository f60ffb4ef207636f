using System.Buffers.Binary;

namespace DataBright.Market.Datasets.Near;

/// <summary>
/// Rows of a table by the mean distance of their features, each measured by how much it spreads in the dataset. The search sorts all
/// rows along one direction: rows that are near are near along it, too, so only a window has to be looked at, and none is lost.
/// </summary>
internal sealed class RowLikeness : ILikeness
{
    /// <summary>Root of the mean square of the differences, in standard deviations. Chosen by measurement (docs/decisions/0068).</summary>
    public const double Threshold = 0.03;

    /// <summary>Steps into which a feature's range is cut to find its spread in whole numbers, whatever the order of the points.</summary>
    private const int Steps = 1 << 18;

    private readonly int _count;
    private readonly int _features;
    private readonly double[] _rows;
    private readonly double[] _along;
    private readonly double _limit;

    /// <summary>
    /// So many of a dataset's own rows may be as near to another of them as copies are; else nearness says nothing there.
    /// </summary>
    private const int NearByChance = 50;

    /// <param name="points">The dataset's points, then those asked about.</param>
    /// <param name="measure">How many of the first points say how much each feature spreads.</param>
    /// <param name="known">How many of the first points are the dataset's: how near they are to each other says what is near by
    /// chance.</param>
    public RowLikeness(PointBlock points, int measure, int known)
    {
        (_count, _features) = (points.Count, points.Schema.Features);
        _limit = Threshold * Threshold * _features;
        _rows = new double[(long)_count * _features];
        for (int i = 0; i < _count; i++) Read(points[i], points.Schema.Element, _rows.AsSpan(i * _features, _features));
        for (int feature = 0; feature < _features; feature++) Standardise(feature, measure);
        _along = new double[_count];
        for (int i = 0; i < _count; i++) _along[i] = Project(_rows.AsSpan(i * _features, _features));
        if (known >= NearByChance) _limit = Math.Min(_limit, ByChance(known));
    }

    public double? AreNear(int left, int right)
    {
        ReadOnlySpan<double> a = _rows.AsSpan(left * _features, _features), b = _rows.AsSpan(right * _features, _features);
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = a[i] - b[i];
            sum += difference * difference;
            if (!(sum <= _limit)) return null;
        }
        return 1 - Math.Sqrt(sum / _features);
    }

    public void SearchAcross(int split, Action<int, int, double> found, CancellationToken stop)
    {
        var (order, along) = Sorted(0, split);
        Parallel.For(split, _count, new ParallelOptions { CancellationToken = stop }, asked =>
        {
            for (int i = First(along, asked); i < order.Length && along[i] <= _along[asked] + Window; i++)
                if (AreNear(order[i], asked) is { } alike)
                {
                    found(order[i], asked, alike);
                    return;
                }
        });
    }

    public void SearchWithin(int split, Func<int, int, bool> isOpen, Action<int, int, double> found, CancellationToken stop)
    {
        var (order, along) = Sorted(split, _count);
        for (int later = split; later < _count; later++)
        {
            stop.ThrowIfCancellationRequested();
            for (int i = First(along, later); i < order.Length && along[i] <= _along[later] + Window; i++)
                if (order[i] < later && isOpen(order[i], later) && AreNear(order[i], later) is { } alike) found(order[i], later, alike);
        }
    }

    /// <summary>
    /// The squared distance within which one in fifty of a dataset's rows has another. Rows of two features lie so densely that honest ones
    /// are as near to each other as copies with noise. Rows that are equal are no neighbours by chance.
    /// </summary>
    private double ByChance(int known)
    {
        var nearest = new double[known];
        var (order, along) = Sorted(0, known);
        Parallel.For(0, known, row =>
        {
            nearest[row] = double.PositiveInfinity;
            for (int i = First(along, row); i < order.Length && along[i] <= _along[row] + Window; i++)
                if (Squared(order[i], row, nearest[row]) is > 0 and var distance) nearest[row] = Math.Min(nearest[row], distance);
        });
        Array.Sort(nearest);
        return nearest[known / NearByChance];
    }

    /// <summary>The sum of the squares of the differences; where it is more than <paramref name="most"/>, anything above that.</summary>
    private double Squared(int left, int right, double most)
    {
        ReadOnlySpan<double> a = _rows.AsSpan(left * _features, _features), b = _rows.AsSpan(right * _features, _features);
        double sum = 0;
        for (int i = 0; i < a.Length && sum <= most; i++)
        {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>The direction has length one; the last digits are rounded.</summary>
    private double Window => Math.Sqrt(_limit) + 1e-9;

    private int First(double[] along, int point)
    {
        int at = Array.BinarySearch(along, _along[point] - Window);
        if (at < 0) return ~at;
        while (at > 0 && along[at - 1] == along[at]) at--;
        return at;
    }

    private (int[] Order, double[] Along) Sorted(int from, int to)
    {
        int[] order = [.. Enumerable.Range(from, to - from)];
        double[] along = [.. order.Select(point => _along[point])];
        Array.Sort(along, order);
        return (order, along);
    }

    private static void Read(ReadOnlySpan<byte> features, ElementType element, Span<double> row)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] = element == ElementType.UInt8 ? features[i] : BinaryPrimitives.ReadSingleLittleEndian(features[(4 * i)..]);
    }

    /// <summary>Makes the spread of a feature one. Where it has none, anything that differs is as far as can be.</summary>
    private void Standardise(int feature, int measure)
    {
        double low = double.MaxValue, high = double.MinValue;
        for (int i = 0; i < measure; i++)
        {
            double value = _rows[(long)i * _features + feature];
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        UInt128 sum = 0, squares = 0;
        for (int i = 0; i < measure && high > low; i++)
        {
            var step = (ulong)Math.Round((_rows[(long)i * _features + feature] - low) / (high - low) * Steps);
            sum += step;
            squares += step * step;
        }
        double spread = (high - low) / Steps * Math.Sqrt((double)((UInt128)measure * squares - sum * sum)) / measure;
        for (int i = 0; i < _count; i++)
        {
            ref double value = ref _rows[(long)i * _features + feature];
            value = spread > 0 ? (value - low) / spread : value == low ? 0 : value > low ? 1e6 : -1e6;
        }
    }

    /// <summary>
    /// Onto a direction in which no feature weighs more than another; its signs alternate in no pattern that data would have.
    /// </summary>
    private static double Project(ReadOnlySpan<double> row)
    {
        double sum = 0;
        for (int i = 0; i < row.Length; i++)
            sum += System.Numerics.BitOperations.PopCount((uint)(i * 2_654_435_761)) % 2 == 0 ? row[i] : -row[i];
        return sum / Math.Sqrt(row.Length);
    }
}
