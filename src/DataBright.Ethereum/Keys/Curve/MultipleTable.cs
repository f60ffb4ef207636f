namespace DataBright.Ethereum;

/// <summary>
/// Multiples of one point, so that multiplying it costs one addition for each window of the multiplier and no doubling.
/// </summary>
/// <remarks>Looks things up by its data and is not constant time: for public points and public multipliers only.</remarks>
internal sealed class MultipleTable
{
    private const int Bits = 256;
    private static readonly Lazy<MultipleTable> OfGenerator = new(() => new MultipleTable(AffinePoint.Generator, 8));

    private readonly int _width;
    private readonly int _perWindow;
    private readonly AffinePoint[] _multiples;

    /// <summary>Takes 64 · (2^width − 1) · 256/width bytes: 61 KB for a width of 4, 522 KB for one of 8.</summary>
    public MultipleTable(AffinePoint point, int width)
    {
        _width = width;
        _perWindow = (1 << width) - 1;
        var multiples = new CurvePoint[Bits / width * _perWindow];
        var unit = CurvePoint.From(point);
        for (var window = 0; window < Bits / width; window++)
        {
            var sum = unit;
            for (var i = 0; i < _perWindow; i++, sum = sum.Add(unit))
                multiples[window * _perWindow + i] = sum;
            unit = sum;
        }
        _multiples = ToAffine(multiples);
    }

    /// <summary>That of the generator; made when it is first asked for.</summary>
    public static MultipleTable Generator => OfGenerator.Value;

    /// <summary>start + multiplier · point.</summary>
    public CurvePoint AddTo(CurvePoint start, Uint256 multiplier)
    {
        var mask = (1UL << _width) - 1;
        for (var bit = 0; bit < Bits; bit += _width)
            if ((int)(multiplier.Limb(bit / 64) >> bit % 64 & mask) is not 0 and var digit)
                start = start.Add(_multiples[bit / _width * _perWindow + digit - 1]);
        return start;
    }

    // One inversion for all of them (Montgomery). No multiple is infinity: the curve's order is a prime above all multipliers.
    private static AffinePoint[] ToAffine(CurvePoint[] points)
    {
        var before = new FieldElement[points.Length];
        var product = FieldElement.One;
        for (var i = 0; i < points.Length; i++)
        {
            before[i] = product;
            product *= points[i].Z;
        }
        var inverse = product.Inverse();
        var affine = new AffinePoint[points.Length];
        for (var i = points.Length - 1; i >= 0; i--)
        {
            var z = inverse * before[i];
            inverse *= points[i].Z;
            var square = z.Square();
            affine[i] = new AffinePoint(points[i].X * square, points[i].Y * square * z);
        }
        return affine;
    }
}
