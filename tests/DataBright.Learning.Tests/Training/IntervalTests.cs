using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Training;

public sealed class IntervalTests
{
    [Fact]
    public void The_mean_of_repeated_measurements_has_Students_interval()
    {
        // Computed by hand: mean 3, s² = 2.5, √(2.5 / 5) = 0.70711, t(4) = 2.776.
        var interval = Interval.OfMean([1, 2, 3, 4, 5]);
        interval.Estimate.ShouldBe(3, 1e-12);
        interval.Low.ShouldBe(3 - 1.96293, 1e-4);
        interval.High.ShouldBe(3 + 1.96293, 1e-4);
        interval.IsSignificant.ShouldBeTrue();
        Interval.OfMean([-1, 2]).IsSignificant.ShouldBeFalse();
    }

    [Fact]
    public void The_table_of_Students_t_is_right_for_every_number_of_measurements()
    {
        for (var n = 2; n <= 31; n++)
        {
            var sample = Enumerable.Range(0, n).Select(i => (double)i * i).ToArray();
            var mean = sample.Average();
            var deviation = Math.Sqrt(sample.Sum(v => (v - mean) * (v - mean)) / (n - 1));
            var t = (Interval.OfMean(sample).High - mean) * Math.Sqrt(n) / deviation;
            // With t = √ν · tan θ the distribution becomes a power of the cosine.
            var freedom = n - 1;
            (Integral(Math.Atan(t / Math.Sqrt(freedom)), freedom - 1) / Integral(Math.PI / 2, freedom - 1)).ShouldBe(0.95, 2e-4,
                $"{freedom} degrees of freedom");
        }

        static double Integral(double end, int power) =>
            Enumerable.Range(0, 20_000).Sum(i => Math.Pow(Math.Cos((i + 0.5) * end / 20_000), power)) * end;
    }

    [Fact]
    public void A_proportion_has_Wilsons_interval()
    {
        // The example of 10 of 10 from the literature: 0.7225 to 1.
        var perfect = Interval.OfProportion(new Accuracy(10, 10));
        perfect.Low.ShouldBe(0.7225, 1e-4);
        perfect.High.ShouldBe(1, 1e-12);
        var half = Interval.OfProportion(new Accuracy(50, 100));
        half.Low.ShouldBe(0.4038, 1e-4);
        half.High.ShouldBe(0.5962, 1e-4);
    }

    [Fact]
    public void What_was_not_measured_has_no_interval()
    {
        Should.Throw<ArgumentException>(() => Interval.OfMean([1]));
        Should.Throw<ArgumentException>(() => Interval.OfProportion(new Accuracy(0, 0)));
    }

    [Fact]
    public void The_interval_covers_the_truth_as_often_as_it_says()
    {
        var covered = 0;
        for (var trial = 0; trial < 2000; trial++)
        {
            var chance = new DataBright.Learning.Arithmetic.Chance(5, DataBright.Learning.Arithmetic.Purpose.Resample, (ulong)trial);
            // Sums of twelve uniform draws are nearly normal with mean zero.
            var sample = Enumerable.Range(0, 6)
                .Select(i => Enumerable.Range(0, 12).Sum(j => (double)chance.Symmetric((ulong)(i * 12 + j)))).ToArray();
            var interval = Interval.OfMean(sample);
            if (interval.Low <= 0 && interval.High >= 0) covered++;
        }

        (covered / 2000.0).ShouldBe(0.95, 0.015);
    }
}
