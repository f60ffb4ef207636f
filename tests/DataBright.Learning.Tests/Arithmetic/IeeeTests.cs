using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Tests.Arithmetic;

public sealed class IeeeTests
{
    private static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, 1.17549435e-38f, 1.1754942e-38f, float.MaxValue, float.MinValue,
        float.PositiveInfinity,
        float.NegativeInfinity, float.NaN, 1.0000001f, 0.99999994f, 16777216f, 16777215f, 5.9604645e-8f, 2.3509887e-38f, 3f, 0.33333334f,
        1e-20f, -1e-20f, 1e20f,
    ];

    [Fact]
    public void The_exact_fallback_equals_the_instruction_on_special_values()
    {
        foreach (var a in Special)
            foreach (var b in Special)
                foreach (var c in Special)
                    Same(a, b, c);
    }

    [Fact]
    public void The_exact_fallback_equals_the_instruction_on_a_million_bit_patterns()
    {
        var chance = new Chance(11, Purpose.Resample, 1);
        for (ulong i = 0; i < 1_000_000; i++)
        {
            var first = chance.Bits(2 * i);
            var (a, b) = (BitConverter.UInt32BitsToSingle((uint)first), BitConverter.UInt32BitsToSingle((uint)(first >> 32)));
            var c = BitConverter.UInt32BitsToSingle((uint)chance.Bits(2 * i + 1));
            Same(a, b, c);
            // Sums that nearly cancel, or that end halfway between two values, are where a second rounding would show.
            Same(a, b, -(a * b));
            Same(a, b, MathF.BitIncrement(-(a * b)));
            Same(a, 1f, a * 5.9604645e-8f);
        }
    }

    private static void Same(float a, float b, float c)
    {
        var (exact, expected) = (Ieee.Exact(a, b, c), MathF.FusedMultiplyAdd(a, b, c));
        if (BitConverter.SingleToInt32Bits(exact) != BitConverter.SingleToInt32Bits(expected)
            && !(float.IsNaN(exact) && float.IsNaN(expected)))
            throw new ShouldAssertException($"{a:r}·{b:r} + {c:r} is {expected:r}, not {exact:r}");
    }
}
