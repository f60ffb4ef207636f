using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Training;

[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    [Theory]
    [InlineData("lenet-5", 1)]
    [InlineData("mlp-784-256-128-10", 1)]
    [InlineData("lenet-5", 2)]
    public void A_step_after_the_first_epoch_allocates_nothing(string name, int threads)
    {
        var architecture = Architectures.Find(name)!;
        var examples = Samples.Examples(architecture, 40);
        using var run = new TrainingRun(Samples.Plan(architecture, batch: 16, epochs: 50), examples, start: null, threads);
        for (var i = 0; i < 6; i++) run.Next();
        var before = threads == 1 ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 60; i++) run.Next();
        var after = threads == 1 ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
        // With helpers the whole process is counted, and the test runner may write a line meanwhile.
        (after - before).ShouldBeLessThanOrEqualTo(threads == 1 ? 0 : 20_000);
    }
}
