using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Training;

public sealed class ScheduleTests
{
    [Fact]
    public void A_constant_grows_in_the_first_steps_and_stays()
    {
        var schedule = new Schedule(ScheduleKind.Constant, WarmUp: 4);
        Enumerable.Range(1, 6).Select(step => schedule.Of(step, 6)).ShouldBe([0.25f, 0.5f, 0.75f, 1f, 1f, 1f]);
    }

    [Fact]
    public void Steps_fall_after_every_so_many()
    {
        var schedule = new Schedule(ScheduleKind.Step, WarmUp: 1, Every: 2, Factor: 0.5f);
        Enumerable.Range(1, 7).Select(step => schedule.Of(step, 7)).ShouldBe([1f, 1f, 1f, 0.5f, 0.5f, 0.25f, 0.25f]);
    }

    [Fact]
    public void A_cosine_falls_from_one_to_the_factor()
    {
        var schedule = new Schedule(ScheduleKind.Cosine, Factor: 0.1f);
        for (var step = 1; step <= 1000; step++)
            ((double)schedule.Of(step, 1000)).ShouldBe(0.1 + 0.9 * (1 + Math.Cos(Math.PI * (step - 1) / 1000.0)) / 2, 1e-7);
        for (var x = 0.0; x <= 1; x += 1.0 / 4096) Schedule.HalfCosine(x).ShouldBe((1 + Math.Cos(Math.PI * x)) / 2, 1e-13);
    }

    [Fact]
    public void Powers_are_those_of_repeated_multiplication()
    {
        Optimiser.Power(0.5, 0).ShouldBe(1);
        Optimiser.Power(0.5, 13).ShouldBe(Math.ScaleB(1, -13));
        for (var n = 1; n < 2000; n += 7) Optimiser.Power(0.999, n).ShouldBe(Math.Pow(0.999, n), 1e-12);
    }
}
