using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Training;

[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var architecture in Architectures.All)
                foreach (var threads in new[] { 1, 2 })
                    cases.Add(architecture.Name, threads);
            cases.Add(Samples.Residuals.Name, 1);
            cases.Add(Samples.Regression.Name, 1);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_step_after_the_first_epoch_allocates_nothing(string name, int threads)
    {
        var architecture = Architectures.Find(name)
            ?? new[] { Samples.Residuals, Samples.Regression }.Single(sample => sample.Name == name);
        var isLarge = architecture.ForwardOperations > 4_000_000;
        var examples = Samples.Examples(architecture, isLarge ? 5 : 40);
        var plan = new TrainingPlan(architecture,
            Optimiser.AdamW(0.001f) with { ClipNorm = 1f, Schedule = new Schedule(ScheduleKind.Cosine, WarmUp: 3) }, isLarge ? 2 : 16,
            epochs: 50, seed: 1);
        using var run = new TrainingRun(plan, examples, start: null, threads);
        for (var i = 0; i < 6; i++) run.Next();
        var before = threads == 1 ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < (isLarge ? 12 : 60); i++) run.Next();
        var after = threads == 1 ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
        // With helpers the whole process is counted, and the test runner may write a line meanwhile.
        (after - before).ShouldBeLessThanOrEqualTo(threads == 1 ? 0 : 20_000);
    }
}
