namespace DataBright.Learning.Aggregation;

/// <summary>Sums over the coordinates of updates, in binary64 and in ascending order in four chains that are added in pairs.</summary>
internal static class VectorMath
{
    public static double Inner(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        var k = 0;
        for (; k <= a.Length - 4; k += 4)
        {
            s0 += (double)a[k] * b[k];
            s1 += (double)a[k + 1] * b[k + 1];
            s2 += (double)a[k + 2] * b[k + 2];
            s3 += (double)a[k + 3] * b[k + 3];
        }

        for (; k < a.Length; k++) s0 += (double)a[k] * b[k];
        return (s0 + s1) + (s2 + s3);
    }

    public static double Norm(ReadOnlySpan<float> a) => Math.Sqrt(Inner(a, a));

    public static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        var k = 0;
        for (; k <= a.Length - 4; k += 4)
        {
            double d0 = (double)a[k] - b[k], d1 = (double)a[k + 1] - b[k + 1], d2 = (double)a[k + 2] - b[k + 2],
                d3 = (double)a[k + 3] - b[k + 3];
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }

        for (; k < a.Length; k++) s0 += ((double)a[k] - b[k]) * ((double)a[k] - b[k]);
        return (s0 + s1) + (s2 + s3);
    }
}
