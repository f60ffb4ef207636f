using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Training;

public sealed class TrainingPlanTests
{
    private static readonly TrainingPlan Plan = new(Architectures.SoftmaxRegression, new Optimiser(0.1f, 0.9f, 0.0001f), 64, 3,
        ulong.MaxValue);

    [Fact]
    public void A_document_is_read_back_to_an_equal_plan()
    {
        var read = TrainingPlan.Parse(Plan.ToJson());
        read.ShouldBe(Plan);
        read.Hash.ShouldBe(Plan.Hash);
    }

    [Fact]
    public void The_canonical_document_does_not_change() =>
        Plan.ToJson()
            .ShouldBe(
                $$"""{"format":"databright.training-plan/1","architecture":{{Architectures.SoftmaxRegression
                    .ToJson()}},"optimiser":{"kind":"sgd","learningRate":0.1,"momentum":0.9,"weightDecay":0.0001},"batchSize":64,"epochs":3,"seed":"18446744073709551615"}""");

    [Fact]
    public void Every_figure_changes_the_hash()
    {
        TrainingPlan[] plans =
        [
            Plan,
            new(Architectures.LeNet5, Plan.Optimiser, 64, 3, ulong.MaxValue),
            new(Plan.Architecture, Plan.Optimiser with { LearningRate = 0.2f }, 64, 3, ulong.MaxValue),
            new(Plan.Architecture, Plan.Optimiser with { Momentum = 0f }, 64, 3, ulong.MaxValue),
            new(Plan.Architecture, Plan.Optimiser with { WeightDecay = 0f }, 64, 3, ulong.MaxValue),
            new(Plan.Architecture, Plan.Optimiser, 65, 3, ulong.MaxValue),
            new(Plan.Architecture, Plan.Optimiser, 64, 4, ulong.MaxValue),
            new(Plan.Architecture, Plan.Optimiser, 64, 3, 1),
        ];
        plans.Select(plan => plan.Hash).Distinct().Count().ShouldBe(plans.Length);
    }

    [Fact]
    public void Every_kind_of_optimiser_and_schedule_is_read_back()
    {
        Optimiser[] optimisers =
        [
            new(0.1f, 0.9f) { Nesterov = true, ClipNorm = 2f, Schedule = new Schedule(ScheduleKind.Step, 3, 10, 0.5f) },
            Optimiser.Adam(0.001f) with { Schedule = new Schedule(ScheduleKind.Constant, 100) },
            Optimiser.AdamW(0.001f) with { ClipNorm = 1f, Schedule = new Schedule(ScheduleKind.Cosine, Factor: 0.01f) },
        ];
        foreach (var optimiser in optimisers)
        {
            var plan = new TrainingPlan(Plan.Architecture, optimiser, 64, 3, 1);
            TrainingPlan.Parse(plan.ToJson()).ShouldBe(plan);
            TrainingPlan.Parse(plan.ToJson()).Optimiser.ShouldBe(optimiser);
        }

        optimisers.Select(optimiser => new TrainingPlan(Plan.Architecture, optimiser, 64, 3, 1).Hash).Distinct().Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("\"learningRate\":0.1", "\"learningRate\":0", "learningRate must be above 0")]
    [InlineData("\"learningRate\":0.1", "\"learningRate\":1e99", "'learningRate' must be a number that 32 bits can hold")]
    [InlineData("\"momentum\":0.9", "\"momentum\":1", "momentum must be 0 up to, not including, 1")]
    [InlineData("\"weightDecay\":0.0001", "\"weightDecay\":-1", "weightDecay must be 0 to 1")]
    [InlineData("\"batchSize\":64", "\"batchSize\":0", "batchSize must be 1 to 65536")]
    [InlineData("\"epochs\":3", "\"epochs\":0", "epochs must be 1 to 1000000")]
    [InlineData("\"seed\":\"18446744073709551615\"", "\"seed\":\"18446744073709551616\"", "'seed' must be")]
    [InlineData("\"seed\":\"18446744073709551615\"", "\"seed\":5", "'seed' must be a string")]
    [InlineData("\"kind\":\"sgd\"", "\"kind\":\"rmsprop\"", "kind 'rmsprop' is not known")]
    [InlineData("\"kind\":\"sgd\"", "\"kind\":\"adam\"", "unknown property 'momentum'")]
    [InlineData("\"weightDecay\":0.0001", "\"weightDecay\":0.0001,\"clipNorm\":-1", "clipNorm must be 0 (no limit) to 10^9, not -1")]
    [InlineData("\"weightDecay\":0.0001", "\"weightDecay\":0.0001,\"nesterov\":1", "'nesterov' must be true or false")]
    [InlineData("\"weightDecay\":0.0001", "\"weightDecay\":0.0001,\"schedule\":{\"kind\":\"linear\"}",
        "schedule: kind 'linear' is not known")]
    [InlineData("\"weightDecay\":0.0001", "\"weightDecay\":0.0001,\"schedule\":{\"kind\":\"step\",\"every\":0,\"factor\":0.5}",
        "every must be at least 1 for steps")]
    [InlineData("\"weightDecay\":0.0001", "\"weightDecay\":0.0001,\"schedule\":{\"kind\":\"cosine\",\"factor\":2}",
        "factor must be 0 to 1")]
    [InlineData("\"epochs\":3", "\"epochs\":3,\"more\":1", "unknown property 'more'")]
    [InlineData("training-plan/1", "training-plan/2", "is not known")]
    public void A_figure_out_of_range_is_named(string from, string to, string expected)
    {
        var json = Plan.ToJson();
        json.ShouldContain(from);
        Should.Throw<MalformedInputException>(() => TrainingPlan.Parse(json.Replace(from, to, StringComparison.Ordinal))).Message
            .ShouldContain(expected);
    }

    [Fact]
    public void A_plan_by_steps_says_so_and_takes_as_many_whatever_the_examples()
    {
        var plan = TrainingPlan.OfSteps(Architectures.SoftmaxRegression, new Optimiser(0.1f), 64, steps: 7, seed: 1);
        plan.ToJson().ShouldContain("\"steps\":7,\"seed\"");
        plan.ToJson().ShouldNotContain("epochs");
        TrainingPlan.Parse(plan.ToJson()).Hash.ShouldBe(plan.Hash);
        (plan.StepsFor(64), plan.StepsFor(100_000)).ShouldBe((7, 7));
        plan.WithSeed(2).ToJson().ShouldBe(plan.ToJson().Replace("\"seed\":\"1\"", "\"seed\":\"2\""));
        foreach (var bad in new[] { "\"steps\":7,\"epochs\":1", "\"batchSize\":64" })
            Should.Throw<MalformedInputException>(
                () => TrainingPlan.Parse(plan.ToJson().Replace(bad.StartsWith("\"batch", StringComparison.Ordinal)
                    ? "\"batchSize\":64,\"steps\":7" : "\"steps\":7", bad))).Message.ShouldContain("either 'epochs' or 'steps'");
        Should.Throw<MalformedInputException>(() => TrainingPlan.OfSteps(Architectures.SoftmaxRegression, new Optimiser(0.1f), 64, 0,
            1)).Message.ShouldContain("steps must be");
    }

    [Fact]
    public void A_run_by_steps_is_the_beginning_of_one_by_epochs_and_ends_within_an_epoch()
    {
        var examples = Samples.Examples(Samples.Tiny, 30, seed: 3);
        using var whole = new TrainingRun(new TrainingPlan(Samples.Tiny, new Optimiser(0.05f, 0.5f), 8, epochs: 3, seed: 9), examples);
        using var part = new TrainingRun(TrainingPlan.OfSteps(Samples.Tiny, new Optimiser(0.05f, 0.5f), 8, steps: 6, seed: 9), examples);
        part.Finish(stop: TestContext.Current.CancellationToken);
        for (var step = 0; step < 6; step++) whole.Next();
        part.IsComplete.ShouldBeTrue();
        part.StateHash().ShouldBe(whole.StateHash());
    }
}
