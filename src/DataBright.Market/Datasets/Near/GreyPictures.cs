using System.Runtime.Intrinsics;

namespace DataBright.Market.Datasets.Near;

/// <summary>Pictures in grey levels, and how they correlate: exactly, in whole numbers.</summary>
internal sealed class GreyPictures
{
    /// <summary>
    /// Bytes that one load takes; rows are filled up with zeros to that at least, so that what is loaded beyond a row counts nothing.
    /// </summary>
    private const int Load = 32;

    private readonly int _stride;
    private readonly byte[] _levels;
    private readonly int[] _sums;
    private readonly int[] _squares;

    public GreyPictures(PictureForm form, PointBlock points)
    {
        (Columns, Rows, Count) = (form.Columns, form.Rows, points.Count);
        _stride = Columns < Load ? Load : Load + 8;
        _levels = new byte[(long)Count * Rows * _stride + 2 * Load];
        (_sums, _squares) = (new int[Count * PictureShift.Count], new int[Count * PictureShift.Count]);
        Parallel.For(0, (Count + 255) / 256, part =>
        {
            var levels = new byte[Columns * Rows];
            for (int point = part * 256; point < Math.Min(Count, (part + 1) * 256); point++)
            {
                form.Read(points[point], levels);
                for (int row = 0; row < Rows; row++) levels.AsSpan(row * Columns, Columns).CopyTo(_levels.AsSpan(At(point, 0, row)));
                for (int shift = 0; shift < PictureShift.Count; shift++) Add(point, shift);
            }
        });
    }

    public int Count { get; }

    public int Rows { get; }

    public int Columns { get; }

    public ReadOnlySpan<byte> Row(int point, PictureShift.Crop crop, int row) =>
        _levels.AsSpan(At(point, crop.X, crop.Y + row), crop.Columns);

    /// <summary>n² times the variance of a part.</summary>
    public long Spread(int point, int shift)
    {
        long sum = _sums[point * PictureShift.Count + shift];
        return PictureShift.Of(shift, Columns, Rows).Pixels * _squares[point * PictureShift.Count + shift] - sum * sum;
    }

    /// <summary>
    /// Pearson's correlation where one picture, moved by a shift, lies over another that stands still; 0 where one of them is blank.
    /// </summary>
    public double Correlation(int moved, int still, int shift)
    {
        int opposite = PictureShift.Opposite(shift);
        long spreadMoved = Spread(moved, shift), spreadStill = Spread(still, opposite);
        if (spreadMoved == 0 || spreadStill == 0) return 0;
        var (over, under) = (PictureShift.Of(shift, Columns, Rows), PictureShift.Of(opposite, Columns, Rows));
        var sums = Vector256<uint>.Zero;
        ref byte first = ref _levels[0];
        for (int row = 0; row < over.Rows; row++)
        {
            var a = Vector256.LoadUnsafe(ref first, (nuint)At(moved, over.X, over.Y + row));
            var b = Vector256.LoadUnsafe(ref first, (nuint)At(still, under.X, under.Y + row));
            // A product of two bytes fits into 16 bits.
            var low = Vector256.WidenLower(a) * Vector256.WidenLower(b);
            var high = Vector256.WidenUpper(a) * Vector256.WidenUpper(b);
            sums += Vector256.WidenLower(low) + Vector256.WidenUpper(low) + Vector256.WidenLower(high) + Vector256.WidenUpper(high);
        }
        long covariance = over.Pixels * Vector256.Sum(sums)
            - (long)_sums[moved * PictureShift.Count + shift] * _sums[still * PictureShift.Count + opposite];
        return covariance / Math.Sqrt((double)spreadMoved * spreadStill);
    }

    private void Add(int point, int shift)
    {
        int sum = 0, squares = 0;
        var crop = PictureShift.Of(shift, Columns, Rows);
        for (int row = 0; row < crop.Rows; row++)
            foreach (byte level in Row(point, crop, row))
            {
                sum += level;
                squares += level * level;
            }
        (_sums[point * PictureShift.Count + shift], _squares[point * PictureShift.Count + shift]) = (sum, squares);
    }

    private int At(int point, int x, int y) => (point * Rows + y) * _stride + x;
}
