using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Training;

public sealed class MemoryTests
{
    public static TheoryData<string> Names => [.. Architectures.All.Select(architecture => architecture.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_memory_of_a_run_is_known_before_it_starts(string name)
    {
        var architecture = Architectures.Find(name)!;
        foreach (var optimiser in new[] { new Optimiser(0.1f), Optimiser.Adam(0.1f) })
        {
            var plan = new TrainingPlan(architecture, optimiser, batchSize: 5, epochs: 1, seed: 1);
            using var run = new TrainingRun(plan, Samples.Examples(architecture, 6), start: null, threads: 2);
            TrainingRun.MemoryFor(plan, threads: 2).ShouldBe(run.Memory);
            run.Memory.ShouldBeGreaterThan(4L * architecture.ParameterCount * (optimiser.Kind == OptimiserKind.Adam ? 4 : 3));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public void The_memory_of_values_on_the_way_is_known_with_it(int validationBatch)
    {
        foreach (var architecture in Architectures.All)
        {
            var plan = new TrainingPlan(architecture, new Optimiser(0.1f), batchSize: 5, epochs: 1, seed: 1);
            var values = new InRunShapley(Samples.Examples(architecture, 10, seed: 2), validationBatch);
            var needed = TrainingRun.MemoryFor(plan, threads: 2, values);
            using var run = new TrainingRun(plan, Samples.Examples(architecture, 6), start: null, threads: 2, values);
            needed.ShouldBe(run.Memory, architecture.Name);
            needed.ShouldBeGreaterThanOrEqualTo(TrainingRun.MemoryFor(plan, threads: 2) + 4L * architecture.ParameterCount,
                $"{architecture.Name}: at least the direction comes on top");
        }
    }

    [Fact]
    public void Memory_is_measured_without_being_taken()
    {
        var huge = new Architecture("huge", new ExampleShape(64, 512, 512),
            [new Convolution("a", 64, 3, 1), new Relu("r"), new Convolution("b", 64, 3, 1), new GlobalAverage("g"), new Dense("d", 2)]);
        var plan = new TrainingPlan(huge, new Optimiser(0.1f), batchSize: 65_536, epochs: 1, seed: 1);
        TrainingRun.MemoryFor(plan).ShouldBeGreaterThan(4L * 65_536 * 64 * 512 * 512 * 5);
    }

    [Fact]
    public void A_run_that_no_memory_can_hold_is_refused_with_its_size()
    {
        var wide = new Architecture("wide", new ExampleShape(1, 1024, 1024),
            [new Convolution("a", 16, 1, 0), new GlobalAverage("g"), new Dense("d", 2)]);
        var plan = new TrainingPlan(wide, new Optimiser(0.1f), batchSize: 65_536, epochs: 1, seed: 1);
        Should.Throw<ArgumentException>(() => TrainingRun.RequireMemory(TrainingRun.MemoryFor(plan), available: 64L << 30)).Message
            .ShouldContain("GiB of memory are needed");
    }
}
