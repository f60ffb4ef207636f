using System.Numerics;

namespace DataBright.Ethereum;

/// <summary>A point of secp256k1, y² = x³ + 7, other than infinity.</summary>
internal readonly record struct AffinePoint(FieldElement X, FieldElement Y)
{
    public static AffinePoint Generator { get; } = new(
        new FieldElement(0x59F2815B16F81798, 0x029BFCDB2DCE28D9, 0x55A06295CE870B07, 0x79BE667EF9DCBBAC),
        new FieldElement(0x9C47D08FFB10D4B8, 0xFD17B448A6855419, 0x5DA4FBFC0E1108A8, 0x483ADA7726A3C465));

    public bool IsOnCurve => Y.Square() == RightSide(X);

    /// <summary>The point with this x and a y of this parity; null where the curve has none.</summary>
    public static AffinePoint? At(FieldElement x, bool oddY)
    {
        var right = RightSide(x);
        var y = right.SquareRoot();
        return y.Square() == right ? new AffinePoint(x, y.IsOdd == oddY ? y : -y) : null;
    }

    private static FieldElement RightSide(FieldElement x) => x.Square() * x + new FieldElement(7, 0, 0, 0);
}

/// <summary>
/// A point of secp256k1 as (X/Z², Y/Z³), infinity where Z is zero. Formulas dbl-2009-l, add-2007-bl and madd-2007-bl
/// of the Explicit-Formulas Database.
/// </summary>
/// <remarks>Branches on its data and is not constant time: for public points and public multipliers only.</remarks>
internal readonly record struct CurvePoint(FieldElement X, FieldElement Y, FieldElement Z)
{
    private const int GeneratorWindow = 8;
    private const int PointWindow = 5;
    private static readonly AffinePoint[] GeneratorMultiples = OddMultiplesOfGenerator();

    public static CurvePoint Infinity => new(FieldElement.One, FieldElement.One, FieldElement.Zero);

    public bool IsInfinity => Z.IsZero;

    public static CurvePoint From(AffinePoint point) => new(point.X, point.Y, FieldElement.One);

    /// <summary>a·G + b·Q for the generator G, both multipliers below the order of the curve.</summary>
    public static CurvePoint Combine(Uint256 a, Uint256 b, AffinePoint q)
    {
        Span<sbyte> ofGenerator = stackalloc sbyte[258];
        Span<sbyte> ofPoint = stackalloc sbyte[258];
        var top = Math.Max(SignedWindows(a, GeneratorWindow, ofGenerator), SignedWindows(b, PointWindow, ofPoint));
        Span<CurvePoint> multiples = stackalloc CurvePoint[1 << PointWindow - 2];
        multiples[0] = From(q);
        var twice = multiples[0].Double();
        for (var i = 1; i < multiples.Length; i++)
            multiples[i] = multiples[i - 1].Add(twice);

        var sum = Infinity;
        for (var bit = top - 1; bit >= 0; bit--)
        {
            sum = sum.Double();
            if (ofPoint[bit] is not 0 and var digit)
                sum = sum.Add(digit > 0 ? multiples[digit >> 1] : multiples[-digit >> 1].Negated());
            if (ofGenerator[bit] is not 0 and var step)
                sum = sum.Add(step > 0 ? GeneratorMultiples[step >> 1] : Negated(GeneratorMultiples[-step >> 1]));
        }
        return sum;
    }

    /// <summary>The same point with Z divided out; null for infinity.</summary>
    public AffinePoint? ToAffine()
    {
        if (IsInfinity)
            return null;
        var inverse = Z.Inverse();
        var square = inverse.Square();
        return new AffinePoint(X * square, Y * square * inverse);
    }

    public CurvePoint Double()
    {
        var a = X.Square();
        var b = Y.Square();
        var c = b.Square();
        var d = (X + b).Square() - a - c;
        d += d;
        var e = a + a + a;
        var x = e.Square() - d - d;
        c += c;
        c += c;
        c += c;
        var yz = Y * Z;
        return new CurvePoint(x, e * (d - x) - c, yz + yz);
    }

    public CurvePoint Add(CurvePoint other)
    {
        if (IsInfinity)
            return other;
        if (other.IsInfinity)
            return this;
        var z1 = Z.Square();
        var z2 = other.Z.Square();
        var u1 = X * z2;
        var s1 = Y * other.Z * z2;
        return Joined(u1, s1, other.X * z1 - u1, other.Y * Z * z1 - s1, Z * other.Z);
    }

    public CurvePoint Add(AffinePoint other)
    {
        if (IsInfinity)
            return From(other);
        var z1 = Z.Square();
        return Joined(X, Y, other.X * z1 - X, other.Y * Z * z1 - Y, Z);
    }

    private CurvePoint Joined(FieldElement u, FieldElement s, FieldElement h, FieldElement r, FieldElement z)
    {
        if (h.IsZero)
            return r.IsZero ? Double() : Infinity;
        var h2 = h.Square();
        var h3 = h2 * h;
        var v = u * h2;
        var x = r.Square() - h3 - v - v;
        return new CurvePoint(x, r * (v - x) - s * h3, z * h);
    }

    private CurvePoint Negated() => this with { Y = -Y };

    private static AffinePoint Negated(AffinePoint point) => point with { Y = -point.Y };

    // Odd digits between ±2^(width−1), at least width positions apart. Gives the number of positions used.
    private static int SignedWindows(Uint256 multiplier, int width, Span<sbyte> digits)
    {
        digits.Clear();
        Span<ulong> limbs = [multiplier.Limb(0), multiplier.Limb(1), multiplier.Limb(2), multiplier.Limb(3), 0];
        var carry = 0;
        var top = 0;
        for (var bit = 0; bit < 257;)
        {
            if ((int)(limbs[bit / 64] >> bit % 64 & 1) == carry)
            {
                bit++;
                continue;
            }
            var window = carry;
            for (var i = 0; i < width && bit + i < 257; i++)
                window += (int)(limbs[(bit + i) / 64] >> (bit + i) % 64 & 1) << i;
            carry = window >> width - 1 & 1;
            digits[bit] = (sbyte)(window - (carry << width));
            top = bit + 1;
            bit += width;
        }
        return top;
    }

    private static AffinePoint[] OddMultiplesOfGenerator()
    {
        var points = new AffinePoint[1 << GeneratorWindow - 2];
        var current = From(AffinePoint.Generator);
        var twice = current.Double();
        for (var i = 0; i < points.Length; i++, current = current.Add(twice))
            points[i] = current.ToAffine()!.Value;
        return points;
    }
}

/// <summary>Arithmetic modulo n, the order of secp256k1, on public numbers.</summary>
internal static class CurveOrder
{
    /// <summary>n.</summary>
    public static Uint256 N { get; } = new(0xBFD25E8CD0364141, 0xBAAEDCE6AF48A03B, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF);

    /// <summary>n/2 rounded down, the largest s that EIP-2 allows.</summary>
    public static Uint256 HalfN { get; } = new(0xDFE92F46681B20A0, 0x5D576E7357A4501D, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF);

    private static readonly BigInteger GroupOrder = (BigInteger)N;

    /// <summary>Whether the number is from 1 to n − 1.</summary>
    public static bool Contains(Uint256 number) => !number.IsZero && number < N;

    /// <summary>a/c and b/c modulo n.</summary>
    public static (Uint256, Uint256) Divide(Uint256 a, Uint256 b, Uint256 divisor)
    {
        var inverse = Inverse((BigInteger)divisor);
        return ((Uint256)((BigInteger)a * inverse % GroupOrder), (Uint256)((BigInteger)b * inverse % GroupOrder));
    }

    /// <summary>The number below n that is −a modulo n.</summary>
    public static Uint256 Negate(Uint256 a) => a.IsZero ? a : N - a;

    /// <summary>a modulo n.</summary>
    public static Uint256 Reduce(Uint256 a) => a >= N ? a - N : a;

    // Euclid's extended algorithm: several times faster here than a modular power.
    private static BigInteger Inverse(BigInteger number)
    {
        var (r, next) = (GroupOrder, number);
        var (t, nextT) = (BigInteger.Zero, BigInteger.One);
        while (!next.IsZero)
        {
            var quotient = BigInteger.DivRem(r, next, out var remainder);
            (r, next) = (next, remainder);
            (t, nextT) = (nextT, t - quotient * nextT);
        }
        return t.Sign < 0 ? t + GroupOrder : t;
    }
}
