namespace DataBright.Learning.Training;

/// <summary>The shapes that the learning rate can take over a run.</summary>
public enum ScheduleKind
{
    /// <summary>It stays what it is.</summary>
    Constant,

    /// <summary>It is multiplied by the factor after every so many steps.</summary>
    Step,

    /// <summary>It falls from itself to the factor times itself along half a cosine.</summary>
    Cosine,
}

/// <summary>
/// How the learning rate changes: in the first steps it can grow linearly, rate · step ÷ warm-up; then it follows the kind,
/// over the steps that are left. The figures of a step depend on its number alone.
/// </summary>
/// <param name="Kind">The shape.</param>
/// <param name="WarmUp">Steps of linear growth; 0 for none.</param>
/// <param name="Every">Steps between two falls, for <see cref="ScheduleKind.Step"/>; else 0.</param>
/// <param name="Factor">What the rate is multiplied by at each fall, or comes down to; 0 to 1. 1 for a constant.</param>
public sealed record Schedule(
    [property: System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<ScheduleKind>))]
        ScheduleKind Kind,
    int WarmUp = 0, int Every = 0, float Factor = 1f)
{
    /// <summary>What the learning rate is multiplied by in a step, counted from 1, of so many.</summary>
    internal float Of(long step, long steps)
    {
        if (step <= WarmUp) return (float)((double)step / WarmUp);
        var after = step - 1 - WarmUp;
        return Kind switch
        {
            ScheduleKind.Step => (float)Optimiser.Power(Factor, after / Every),
            ScheduleKind.Cosine => (float)(Factor + (1.0 - Factor) * HalfCosine((double)after / Math.Max(1, steps - WarmUp))),
            _ => 1f,
        };
    }

    /// <summary>
    /// (1 + cos πx) ÷ 2 for 0 ≤ x ≤ 1, within 10^−13, in binary64 without the C library: cos πx = 1 − 2·sin²(πx ÷ 2), with the
    /// series of the sine up to the 19th power.
    /// </summary>
    internal static double HalfCosine(double x)
    {
        var a = x * (Math.PI / 2);
        var z = a * a;
        var s = 0.0;
        for (var n = 19; n > 1; n -= 2) s = (1 - s) * z / (n * (n - 1));
        s = a * (1 - s);
        return 1 - s * s;
    }
}
