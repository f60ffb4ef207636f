using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DataBright.Market.Datasets.Near;

/// <summary>
/// The sixteen slowest waves of a picture (DCT-II, without the constant one) after its mean is taken away and its length made one.
/// The transform keeps distances, so what two sketches differ by is never more than what the pictures differ by: a pair whose
/// sketches are too far apart is no near pair, and none is lost.
/// </summary>
internal sealed class PictureSketches
{
    public const int Waves = 16;

    private static readonly (int U, int V)[] WaveTable = [(0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (0, 3), (3, 0), (2, 2),
        (1, 3), (3, 1), (0, 4), (4, 0), (2, 3), (3, 2)];

    private const int Frequencies = 5;

    private const int Lanes = 8;

    /// <summary>
    /// For each shift: eight points side by side, wave after wave, so that eight are compared at once. The places left over are no numbers.
    /// </summary>
    private readonly float[][] _sketches;

    public PictureSketches(GreyPictures pictures)
    {
        _sketches = [.. Enumerable.Range(0, PictureShift.Count)
            .Select(_ => NoNumbers((pictures.Count + Lanes - 1) / Lanes * Lanes * Waves))];
        Parallel.For(0, (pictures.Count + 255) / 256, part =>
        {
            var work = new Work(pictures);
            Span<float> sketch = stackalloc float[Waves];
            for (int point = part * 256; point < Math.Min(pictures.Count, (part + 1) * 256); point++)
                for (int shift = 0; shift < PictureShift.Count; shift++)
                {
                    work.Sketch(point, shift, sketch);
                    for (int wave = 0; wave < Waves; wave++) _sketches[shift][At(point, wave)] = sketch[wave];
                }
        });
    }

    /// <summary>
    /// The next picture whose sketch is no farther from that of a moved one than the square root of a limit; -1 where there is none.
    /// </summary>
    /// <param name="moved">The picture that is moved.</param>
    /// <param name="shift">How.</param>
    /// <param name="from">The first picture to look at.</param>
    /// <param name="to">The first one that is not looked at any more.</param>
    /// <param name="limit">Of the squared distance.</param>
    public int Next(int moved, int shift, int from, int to, float limit)
    {
        ref float still = ref _sketches[PictureShift.Opposite(shift)][0], own = ref _sketches[shift][At(moved, 0)];
        var most = Vector256.Create(limit);
        for (int block = from / Lanes; block * Lanes < to; block++)
        {
            ref float known = ref Unsafe.Add(ref still, block * Lanes * Waves);
            var sum = Vector256<float>.Zero;
            uint near = 0;
            for (int wave = 0; wave < Waves; wave++)
            {
                var difference = Vector256.Create(Unsafe.Add(ref own, wave * Lanes))
                    - Vector256.LoadUnsafe(ref known, (nuint)(wave * Lanes));
                sum += difference * difference;
                // A blank picture's sum is no number, and not below anything.
                if (wave is 5 or Waves - 1 && (near = Vector256.LessThanOrEqual(sum, most).ExtractMostSignificantBits()) == 0) break;
            }
            if (block * Lanes < from) near &= uint.MaxValue << (from - block * Lanes);
            if (near != 0) return block * Lanes + BitOperations.TrailingZeroCount(near) is var next && next < to ? next : -1;
        }
        return -1;
    }

    private static int At(int point, int wave) => (point / Lanes * Waves + wave) * Lanes + point % Lanes;

    private static float[] NoNumbers(int length)
    {
        var numbers = new float[length];
        numbers.AsSpan().Fill(float.NaN);
        return numbers;
    }

    /// <summary>What one thread needs to sketch pictures of a size.</summary>
    private sealed class Work(GreyPictures pictures)
    {
        private readonly float[] _row = new float[pictures.Columns];
        private readonly float[] _upright = new float[Frequencies * pictures.Columns];
        private readonly float[][] _acrossFull = Cosines(pictures.Columns), _acrossCut = Cosines(pictures.Columns - 1);
        private readonly float[][] _downFull = Cosines(pictures.Rows), _downCut = Cosines(pictures.Rows - 1);

        public void Sketch(int point, int shift, Span<float> sketch)
        {
            var crop = PictureShift.Of(shift, pictures.Columns, pictures.Rows);
            var down = crop.Rows == pictures.Rows ? _downFull : _downCut;
            var across = crop.Columns == pictures.Columns ? _acrossFull : _acrossCut;
            _upright.AsSpan().Clear();
            for (int row = 0; row < crop.Rows; row++)
            {
                var levels = pictures.Row(point, crop, row);
                for (int i = 0; i < levels.Length; i++) _row[i] = levels[i];
                for (int v = 0; v < Frequencies; v++)
                    AddTimes(_row.AsSpan(0, crop.Columns), down[v][row], _upright.AsSpan(v * pictures.Columns, crop.Columns));
            }
            // The length of the picture without its mean; of a blank one it is zero, and its sketch no number.
            double length = Math.Sqrt(pictures.Spread(point, shift) / (double)crop.Pixels);
            for (int i = 0; i < Waves; i++)
                sketch[i] = length > 0 ? (float)(Dot(_upright.AsSpan(WaveTable[i].V * pictures.Columns, crop.Columns),
                    across[WaveTable[i].U]) / length) : float.NaN;
        }

        private static void AddTimes(ReadOnlySpan<float> values, float times, Span<float> sums)
        {
            int i = 0;
            for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
                (new Vector<float>(sums[i..]) + new Vector<float>(values[i..]) * times).CopyTo(sums[i..]);
            for (; i < values.Length; i++) sums[i] += values[i] * times;
        }

        private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
        {
            float sum = 0;
            for (int i = 0; i < left.Length; i++) sum += left[i] * right[i];
            return sum;
        }

        private static float[][] Cosines(int length) => [.. Enumerable.Range(0, Frequencies).Select(u =>
            Enumerable.Range(0, length)
                .Select(x => (float)(Math.Sqrt((u == 0 ? 1.0 : 2.0) / length) * Math.Cos(Math.PI * (x + 0.5) * u / length))).ToArray())];
    }
}
