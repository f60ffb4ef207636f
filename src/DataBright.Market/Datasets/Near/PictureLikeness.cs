namespace DataBright.Market.Datasets.Near;

/// <summary>
/// Pictures by their correlation: what one has to do with the other when brightness and contrast are set aside, over the part in which
/// they overlap, for every shift by a pixel. Computed in whole numbers, so that it comes out the same in any order and on any machine.
/// </summary>
internal sealed class PictureLikeness : ILikeness
{
    /// <summary>Chosen by measurement (docs/decisions/0068).</summary>
    public const double Threshold = 0.985;

    /// <summary>Of sketches, whose last digits are rounded.</summary>
    private const float Slack = 1e-3f;

    private const float Limit = (float)(2 - 2 * Threshold) + Slack;
    private const int KnownBlock = 1024, AskedBlock = 64;

    private readonly GreyPictures _pictures;
    private readonly PictureSketches _sketches;

    public PictureLikeness(PictureForm form, PointBlock points)
    {
        _pictures = new GreyPictures(form, points);
        _sketches = new PictureSketches(_pictures);
    }

    public double? AreNear(int left, int right)
    {
        double best = 0;
        for (int shift = 0; shift < PictureShift.Count; shift++) best = Math.Max(best, _pictures.Correlation(left, right, shift));
        return best >= Threshold ? best : null;
    }

    public void SearchAcross(int split, Action<int, int, double> found, CancellationToken stop) =>
        Parallel.For(0, (_pictures.Count - split + AskedBlock - 1) / AskedBlock, new ParallelOptions { CancellationToken = stop }, part =>
        {
            int first = split + part * AskedBlock, last = Math.Min(_pictures.Count, first + AskedBlock);
            var isFound = new bool[AskedBlock];
            for (int shift = 0; shift < PictureShift.Count; shift++)
                // A block of known sketches stays in the cache while all asked ones pass it.
                for (int block = 0; block < split; block += KnownBlock)
                {
                    stop.ThrowIfCancellationRequested();
                    for (int asked = first; asked < last; asked++)
                        if (!isFound[asked - first] && Find(asked, shift, block, Math.Min(split, block + KnownBlock)) is var (known, alike))
                        {
                            isFound[asked - first] = true;
                            found(known, asked, alike);
                        }
                }
        });

    public void SearchWithin(int split, Func<int, int, bool> isOpen, Action<int, int, double> found, CancellationToken stop)
    {
        for (int later = split; later < _pictures.Count; later++)
        {
            stop.ThrowIfCancellationRequested();
            for (int shift = 0; shift < PictureShift.Count; shift++)
                for (int earlier = split - 1; (earlier = _sketches.Next(later, shift, earlier + 1, later, Limit)) >= 0;)
                    if (isOpen(earlier, later) && _pictures.Correlation(later, earlier, shift) is var alike && alike >= Threshold)
                        found(earlier, later, alike);
        }
    }

    private (int Known, double Alike)? Find(int asked, int shift, int first, int last)
    {
        for (int known = first - 1; (known = _sketches.Next(asked, shift, known + 1, last, Limit)) >= 0;)
            if (_pictures.Correlation(asked, known, shift) is var alike && alike >= Threshold) return (known, alike);
        return null;
    }
}
