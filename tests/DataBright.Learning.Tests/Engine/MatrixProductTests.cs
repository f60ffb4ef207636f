using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Tests.Engine;

public sealed class MatrixProductTests
{
    private static readonly (int Rows, int Columns, int Inner)[] Sizes =
    [
        (1, 1, 1), (1, 1, 0), (2, 3, 5), (14, 32, 7), (13, 31, 11), (15, 33, 512), (29, 47, 513), (3, 300, 17), (200, 5, 19),
        (61, 67, 1100), (1, 97, 640), (97, 1, 2),
    ];

    public static TheoryData<int, int, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, bool, bool>();
            foreach (var (lanes, threads) in new[] { (16, 1), (16, 3), (8, 2), (4, 1), (1, 2) })
                foreach (var transposedA in new[] { false, true })
                    foreach (var transposedB in new[] { false, true })
                        cases.Add(lanes, threads, transposedA, transposedB);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_value_is_one_chain_whatever_the_blocks(int lanes, int threads, bool transposedA, bool transposedB)
    {
        Assert.SkipUnless(VectorWidths.Allows((VectorWidth)lanes), "This machine has no such vectors.");
        using var product = new MatrixProduct(threads, (VectorWidth)lanes);
        foreach (var (rows, columns, inner) in Sizes)
        {
            float[] a = Samples.Floats(rows * inner, 1), b = Samples.Floats(inner * columns, 2), c = new float[rows * columns];
            // Denormals, signed zeros and infinities take part; only the payload of a NaN is left open.
            for (var i = 0; i < a.Length; i += 7)
                a[i] = (i % 5) switch { 0 => 1e-40f, 1 => -0f, 2 => -1e-38f, 3 => 1e19f, _ => i % 3 == 0 ? float.PositiveInfinity : 2f };
            for (var i = 0; i < b.Length; i += 11) b[i] = (i % 3) switch { 0 => 1e-39f, 1 => -1e20f, _ => 0f };
            product.Multiply(a, b, c, rows, columns, inner, transposedA, transposedB);
            for (var i = 0; i < rows; i++)
                for (var j = 0; j < columns; j++)
                {
                    var chain = 0f;
                    for (var k = 0; k < inner; k++)
                        chain = MathF.FusedMultiplyAdd(transposedA ? a[k * rows + i] : a[i * inner + k],
                            transposedB ? b[j * inner + k] : b[k * columns + j], chain);
                    if (!c[i * columns + j].Equals(chain)
                        || float.IsNegative(c[i * columns + j]) != float.IsNegative(chain) && !float.IsNaN(chain))
                        throw new ShouldAssertException(
                            $"{rows}×{inner}×{columns}: [{i}, {j}] is {c[i * columns + j]:r}, the chain gives {chain:r}");
                }
        }
    }

    [Fact]
    public void Spans_of_the_wrong_size_are_refused()
    {
        using var product = new MatrixProduct();
        Should.Throw<ArgumentException>(() => product.Multiply(new float[5], new float[6], new float[4], 2, 2, 3));
        Should.Throw<ArgumentException>(() => product.Multiply(new float[6], new float[6], new float[3], 2, 2, 3));
        Should.Throw<ArgumentException>(() => product.Multiply([], [], [], 0, 0, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => new MatrixProduct(0));
    }
}
