using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Tests.Arithmetic;

/// <summary>The stated error bounds, on every seventh argument of the whole range, against the platform's binary64 functions.</summary>
public sealed class ElementaryTests
{
    [Fact]
    public void Exp_is_within_one_unit_in_the_last_place()
    {
        var worst = 0.0;
        var last = BitConverter.SingleToInt32Bits(Elementary.ExpFloor);
        for (var bits = BitConverter.SingleToInt32Bits(-0f); bits <= last; bits += 7)
        {
            var x = BitConverter.Int32BitsToSingle(bits);
            worst = Math.Max(worst, Error(Elementary.ExpOfNonPositive(x), Math.Exp(x)));
        }

        worst.ShouldBeLessThan(1);
    }

    [Fact]
    public void Exp_has_its_exact_ends()
    {
        Elementary.ExpOfNonPositive(0f).ShouldBe(1f);
        Elementary.ExpOfNonPositive(-0f).ShouldBe(1f);
        Elementary.ExpOfNonPositive(-104.1f).ShouldBe(0f);
        Elementary.ExpOfNonPositive(float.NegativeInfinity).ShouldBe(0f);
        Elementary.ExpOfNonPositive(float.NaN).ShouldBe(float.NaN);
        Elementary.ExpOfNonPositive(-103f).ShouldBe(float.Epsilon);
    }

    [Fact]
    public void Log_is_within_two_units_in_the_last_place()
    {
        Elementary.Log(1f).ShouldBe(0f);
        var worst = 0.0;
        var last = BitConverter.SingleToInt32Bits(float.MaxValue);
        for (var bits = BitConverter.SingleToInt32Bits(1f) + 1; bits > 0 && bits <= last; bits += 7)
        {
            var x = BitConverter.Int32BitsToSingle(bits);
            worst = Math.Max(worst, Error(Elementary.Log(x), Math.Log(x)));
        }

        worst.ShouldBeLessThan(2);
        Elementary.Log(float.NaN).ShouldBe(float.NaN);
        Elementary.Log(float.PositiveInfinity).ShouldBe(float.PositiveInfinity);
    }

    [Fact]
    public void Tanh_is_within_two_units_in_the_last_place()
    {
        Worst(11f, Elementary.Tanh, Math.Tanh).ShouldBeLessThan(2);
        Elementary.Tanh(float.PositiveInfinity).ShouldBe(1f);
        Elementary.Tanh(float.NegativeInfinity).ShouldBe(-1f);
        Elementary.Tanh(float.NaN).ShouldBe(float.NaN);
        Elementary.Tanh(float.Epsilon).ShouldBe(float.Epsilon);
    }

    [Fact]
    public void Erf_is_within_two_units_in_the_last_place()
    {
        Worst(5f, Elementary.Erf, Erf).ShouldBeLessThan(2);
        Elementary.Erf(float.PositiveInfinity).ShouldBe(1f);
        Elementary.Erf(float.NegativeInfinity).ShouldBe(-1f);
        Elementary.Erf(float.NaN).ShouldBe(float.NaN);
    }

    [Fact]
    public void Gelu_is_within_its_stated_error()
    {
        for (var x = -12f; x < 12f; x += 1f / 4096)
            Math.Abs(Elementary.Gelu(x) - 0.5 * x * (1 + Erf(x / Math.Sqrt(2))))
                .ShouldBeLessThanOrEqualTo(3 * Math.ScaleB(1, -24) * Math.Abs(x), $"{x}");
    }

    [Fact]
    public void Every_width_has_the_bits_of_the_scalar()
    {
        float[] special = [0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, 1e-40f,
            0.625f, 0.9f, -0.9f, 4f, -4f, 104f, -104f, -103.9f, float.MaxValue, float.MinValue];
        var arguments = special.Concat(Samples.Floats(20_014).Select((x, i) => x * MathF.Pow(2, i % 40 - 20))).ToArray();
        foreach (var (name, scalar, lanes) in Functions())
            foreach (var width in Enum.GetValues<VectorWidth>().Where(VectorWidths.Allows))
            {
                var results = lanes(width, arguments);
                for (var i = 0; i < arguments.Length; i++)
                    if (name != "exp" || !(arguments[i] > 0))
                        Bits(results[i]).ShouldBe(Bits(scalar(arguments[i])), $"{name}({arguments[i]:r}) at {width}");
            }
    }

    private static int Bits(float x) => float.IsNaN(x) ? -1 : BitConverter.SingleToInt32Bits(x);

    private static IEnumerable<(string, Func<float, float>, Func<VectorWidth, float[], float[]>)> Functions() =>
    [
        ("exp", Elementary.ExpOfNonPositive, (width, x) => Widths.Run(width, x, 0)),
        ("tanh", Elementary.Tanh, (width, x) => Widths.Run(width, x, 1)),
        ("erf", Elementary.Erf, (width, x) => Widths.Run(width, x, 2)),
        ("gelu", Elementary.Gelu, (width, x) => Widths.Run(width, x, 3)),
        ("gelu slope", Elementary.GeluSlope, (width, x) => Widths.Run(width, x, 4)),
    ];

    private static unsafe class Widths
    {
        public static float[] Run(VectorWidth width, float[] x, int function) => width switch
        {
            VectorWidth.Bits512 => Run<Lanes512, System.Runtime.Intrinsics.Vector512<float>>(x, function),
            VectorWidth.Bits256 => Run<Lanes256, System.Runtime.Intrinsics.Vector256<float>>(x, function),
            VectorWidth.Bits128 => Run<Lanes128, System.Runtime.Intrinsics.Vector128<float>>(x, function),
            _ => Run<LanesScalar, float>(x, function),
        };

        private static float[] Run<L, V>(float[] arguments, int function)
            where L : struct, ILanes<V>
            where V : unmanaged
        {
            var results = new float[arguments.Length];
            fixed (float* from = arguments, to = results)
                for (var i = 0; i < arguments.Length; i += L.Count)
                {
                    var x = L.Load(from + i);
                    L.Store(to + i, function switch
                    {
                        0 => LaneFunctions<L, V>.ExpOfNonPositive(x),
                        1 => LaneFunctions<L, V>.Tanh(x),
                        2 => LaneFunctions<L, V>.Erf(x),
                        3 => LaneFunctions<L, V>.Gelu(x),
                        _ => LaneFunctions<L, V>.GeluSlope(x),
                    });
                }

            return results;
        }
    }

    /// <summary>The largest error over every 97th argument up to the end, both signs, in units in the last place.</summary>
    private static double Worst(float end, Func<float, float> function, Func<double, double> truth)
    {
        var worst = 0.0;
        for (var bits = 0x00800000; bits <= BitConverter.SingleToInt32Bits(end); bits += 97)
        {
            var x = BitConverter.Int32BitsToSingle(bits);
            worst = Math.Max(worst, Error(function(x), truth(x)));
            if (function(-x) != -function(x)) return double.PositiveInfinity;
        }

        return worst;
    }

    /// <summary>
    /// erf in binary64: the series 2 ÷ √π · e^(−x²) · Σ 2^n x^(2n + 1) ÷ (2n + 1)!!, whose terms are all positive
    /// (M. Abramowitz and I. Stegun, "Handbook of mathematical functions", 7.1.6).
    /// </summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        var (term, sum) = (x, x);
        for (var n = 1; n < 200 && Math.Abs(term) > 1e-18 * Math.Abs(sum); n++) sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Error(float value, double truth)
    {
        var unit = Math.Max(Math.ScaleB(1, Math.ILogB(truth) - 23), float.Epsilon);
        return Math.Abs(value - truth) / unit;
    }
}
