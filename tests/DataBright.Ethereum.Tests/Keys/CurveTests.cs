using System.Numerics;
using System.Security.Cryptography;
using DataBright.Ethereum.Tests.Peers;

namespace DataBright.Ethereum.Tests.Keys;

public sealed class CurveTests
{
    private static readonly BigInteger P = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 32) - 977;
    private static readonly BigInteger N = (BigInteger)CurveOrder.N;

    [Fact]
    public void Field_arithmetic_agrees_with_big_integers()
    {
        var chance = new Chance(21);
        BigInteger[] edges = [0, 1, 2, P - 1, P - 2, BigInteger.Pow(2, 255), P - BigInteger.Pow(2, 32), (BigInteger.One << 64) - 1, 0x1000003D1];
        var numbers = edges.Concat(Enumerable.Range(0, 60).Select(_ => new BigInteger(chance.Bytes(32), isUnsigned: true) % P)).ToArray();
        foreach (var a in numbers)
        {
            foreach (var b in numbers)
            {
                Number(Element(a) + Element(b)).ShouldBe((a + b) % P);
                Number(Element(a) - Element(b)).ShouldBe((a - b + P) % P);
                Number(Element(a) * Element(b)).ShouldBe(a * b % P);
            }
            Number(Element(a).Inverse()).ShouldBe(BigInteger.ModPow(a, P - 2, P));
            Number(Element(a).SquareRoot()).ShouldBe(BigInteger.ModPow(a, (P + 1) / 4, P));
            Number(-Element(a)).ShouldBe((P - a) % P);
        }
    }

    [Fact]
    public void Numbers_from_p_on_are_no_field_elements()
    {
        Span<byte> bytes = stackalloc byte[32];
        ((Uint256)P).WriteBigEndian(bytes);
        FieldElement.TryRead(bytes, out _).ShouldBeFalse();
        ((Uint256)(P - 1)).WriteBigEndian(bytes);
        FieldElement.TryRead(bytes, out _).ShouldBeTrue();
        bytes.Fill(255);
        FieldElement.TryRead(bytes, out _).ShouldBeFalse();
    }

    [Fact]
    public void Multiples_of_points_agree_with_doubling_and_adding_by_the_textbook()
    {
        var chance = new Chance(22);
        BigInteger[] edges = [0, 1, 2, 3, 127, 128, 255, 256, N - 1, N - 2, N / 2, (BigInteger.One << 255) - 1];
        var scalars = edges.Concat(Enumerable.Range(0, 8).Select(_ => new BigInteger(chance.Bytes(32), isUnsigned: true) % N)).ToArray();
        var g = (X: Number(AffinePoint.Generator.X), Y: Number(AffinePoint.Generator.Y));
        var q = Multiply(g, 0xC0FFEE)!.Value;
        foreach (var a in scalars)
        {
            var b = scalars[chance.Below(scalars.Length)];
            var expected = Add(Multiply(g, a), Multiply(q, b));
            var found = CurvePoint.Combine((Uint256)a, (Uint256)b, new AffinePoint(Element(q.X), Element(q.Y))).ToAffine();
            (found is { } point ? (Number(point.X), Number(point.Y)) : ((BigInteger, BigInteger)?)null).ShouldBe(expected);
        }
        // a·G + b·G with a + b = n is infinity, and with a = b meets a doubling inside an addition.
        CurvePoint.Combine((Uint256)(N - 5), 5u, AffinePoint.Generator).IsInfinity.ShouldBeTrue();
        var twice = CurvePoint.Combine(5u, 5u, AffinePoint.Generator).ToAffine()!.Value;
        Number(twice.X).ShouldBe(Multiply(g, 10)!.Value.X);
    }

    // SEC 2, version 2, section 2.4.1; and the multiples 2·G and (n − 1)·G that many implementations publish.
    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000001", "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000002", "0x02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "0x0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    public void Known_keys_have_known_points(string secret, string compressed)
    {
        using var key = EthereumKey.FromBytes(Hex.Decode(secret));
        Hex.Encode(key.PublicKey.ToCompressed()).ShouldBe(compressed);
        PublicKey.Parse(compressed).ShouldBe(key.PublicKey);
        PublicKey.Parse(key.PublicKey.ToUncompressed().AsSpan()).ShouldBe(key.PublicKey);
        PublicKey.Parse(key.PublicKey.ToUncompressed().AsSpan(1)).ShouldBe(key.PublicKey);
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0x01")]
    public void Bytes_outside_the_order_are_no_key(string secret) =>
        Should.Throw<CryptographicException>(() => EthereumKey.FromBytes(Hex.Decode(secret))).Message.ShouldContain("private key");

    [Theory]
    [InlineData("0x02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")]
    [InlineData("0x020000000000000000000000000000000000000000000000000000000000000005")]
    [InlineData("0x0579be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData("0x")]
    [InlineData("0x0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b9")]
    [InlineData("0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b9")]
    [InlineData("0x00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public void Bytes_off_the_curve_are_no_public_key(string bytes) =>
        Should.Throw<FormatException>(() => PublicKey.Parse(bytes));

    private static FieldElement Element(BigInteger number)
    {
        Span<byte> bytes = stackalloc byte[32];
        ((Uint256)number).WriteBigEndian(bytes);
        FieldElement.TryRead(bytes, out var element).ShouldBeTrue();
        return element;
    }

    private static BigInteger Number(FieldElement element)
    {
        Span<byte> bytes = stackalloc byte[32];
        element.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static (BigInteger X, BigInteger Y)? Multiply((BigInteger, BigInteger) point, BigInteger by)
    {
        (BigInteger X, BigInteger Y)? sum = null;
        (BigInteger X, BigInteger Y)? power = point;
        for (; by > 0; by >>= 1, power = Add(power, power))
            if (!by.IsEven)
                sum = Add(sum, power);
        return sum;
    }

    private static (BigInteger X, BigInteger Y)? Add((BigInteger X, BigInteger Y)? left, (BigInteger X, BigInteger Y)? right)
    {
        if (left is not { } a || right is not { } b)
            return left ?? right;
        if (a.X == b.X && a.Y != b.Y)
            return null;
        var slope = a.X == b.X ? 3 * a.X * a.X * Inverse(2 * a.Y) : (b.Y - a.Y) * Inverse(b.X - a.X);
        var x = Mod(slope * slope - a.X - b.X);
        return (x, Mod(slope * (a.X - x) - a.Y));
    }

    private static BigInteger Inverse(BigInteger number) => BigInteger.ModPow(Mod(number), P - 2, P);

    private static BigInteger Mod(BigInteger number) => (number % P + P) % P;
}
