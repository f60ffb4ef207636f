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

    private static double Error(float value, double truth)
    {
        var unit = Math.Max(Math.ScaleB(1, Math.ILogB(truth) - 23), float.Epsilon);
        return Math.Abs(value - truth) / unit;
    }
}
