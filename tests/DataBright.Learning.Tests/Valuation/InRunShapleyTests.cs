using DataBright.Learning.Examples;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class InRunShapleyTests
{
    private readonly ExampleSet _examples = Samples.Examples(Samples.Tiny, 23);
    private readonly ExampleSet _validation = Samples.Examples(Samples.Tiny, 20, seed: 5);
    private readonly TrainingPlan _plan = Samples.Plan(Samples.Tiny);

    [Fact]
    public void Valuing_a_run_does_not_change_it()
    {
        using TrainingRun plain = new(_plan, _examples), valued = new(_plan, _examples, values: new InRunShapley(_validation));
        while (!plain.IsComplete)
        {
            valued.Next().ShouldBe(plain.Next());
            valued.StateHash().ShouldBe(plain.StateHash());
        }
    }

    [Fact]
    public void The_result_is_the_same_document_for_every_number_of_threads()
    {
        var hashes = new HashSet<Digest>();
        foreach (var threads in new[] { 1, 2, 3 }) hashes.Add(Value(_plan, _examples, new InRunShapley(_validation), threads).Hash);
        hashes.Count.ShouldBe(1);
    }

    /// <summary>Written down once: another machine, or a change of the arithmetic, must not come to other values unnoticed.</summary>
    [Fact]
    public void The_result_is_that_of_every_other_machine() =>
        Value(_plan, _examples, new InRunShapley(_validation)).Hash.ToString()
            .ShouldBe("bd8820abaca405e94eaf095d60a0bf5fcf06c015d25b5906d63b24b4d7e1e019");

    /// <summary>Efficiency, to the first order: what the points are worth together is what their training gained.</summary>
    [Fact]
    public void With_small_steps_the_values_add_up_to_the_fall_of_the_validation_loss()
    {
        var plan = new TrainingPlan(Samples.Tiny, new Optimiser(0.002f), 5, epochs: 4, seed: 3);
        var shapley = new InRunShapley(_validation, _validation.Count);
        using var run = new TrainingRun(plan, _examples, values: shapley);
        var before = Loss(run);
        while (!run.IsComplete) run.Next();
        var fall = before - Loss(run);
        fall.ShouldBeGreaterThan(0.01);
        shapley.Result().Values.ToArray().Sum().ShouldBe(fall, 0.03 * fall);
    }

    [Fact]
    public void With_momentum_and_small_steps_they_still_do()
    {
        var plan = new TrainingPlan(Samples.Tiny, new Optimiser(0.0004f, 0.8f), 5, epochs: 30, seed: 3);
        var shapley = new InRunShapley(_validation, _validation.Count);
        using var run = new TrainingRun(plan, _examples, values: shapley);
        var before = Loss(run);
        while (!run.IsComplete) run.Next();
        var fall = before - Loss(run);
        shapley.Result().Values.ToArray().Sum().ShouldBe(fall, 0.1 * fall);
    }

    /// <summary>
    /// Symmetry, and the null player: equal examples in equal batches are worth the same; one without a gradient nothing.
    /// </summary>
    [Fact]
    public void Equal_examples_in_one_batch_are_worth_the_same()
    {
        var twice = ExampleSet.Concat([_examples.Slice(0, 4), _examples.Slice(0, 4)]);
        var values = Value(Samples.Plan(Samples.Tiny, batch: 8), twice, new InRunShapley(_validation)).Values.ToArray();
        values[..4].ShouldBe(values[4..]);
    }

    [Fact]
    public void Wrong_labels_are_worth_least()
    {
        var examples = Samples.Examples(Samples.Tiny, 200);
        var labels = examples.Labels.ToArray();
        var isBad = labels.Select((_, i) => i % 5 == 0).ToArray();
        for (var i = 0; i < labels.Length; i += 5) labels[i] = (labels[i] + 1 + i / 5 % 3) % 4;
        var values = Value(Samples.Plan(Samples.Tiny, batch: 20, epochs: 10), new ExampleSet(examples.Shape, examples.Features, labels),
            new InRunShapley(_validation, 20));
        Ranking.AreaUnderRoc(values.Values, isBad).ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void A_resumed_run_ends_with_the_same_values_and_a_gap_is_refused()
    {
        var whole = Value(_plan, _examples, new InRunShapley(_validation));
        var shapley = new InRunShapley(_validation);
        TrainingState state;
        using (var run = new TrainingRun(_plan, _examples, values: shapley))
        {
            for (var i = 0; i < 7; i++) run.Next();
            state = run.Capture();
        }

        using (var resumed = TrainingRun.Resume(_plan, _examples, state, values: shapley))
            while (!resumed.IsComplete) resumed.Next();
        shapley.Result().ToJson().ShouldBe(whole.ToJson());

        Should.Throw<ArgumentException>(() => TrainingRun.Resume(_plan, _examples, state, values: new InRunShapley(_validation))).Message
            .ShouldContain("step 7");
        Should.Throw<ArgumentException>(() => TrainingRun.Resume(Samples.Plan(Samples.Tiny, seed: 1), _examples, state,
            values: shapley)).Message.ShouldContain("another run");
        var rare = new InRunShapley(_validation, every: 4);
        using (var run = new TrainingRun(_plan, _examples, values: rare))
            for (var i = 0; i < 7; i++) run.Next();
        Should.Throw<ArgumentException>(() => TrainingRun.Resume(_plan, _examples, state, values: rare)).Message.ShouldContain("multiple");
    }

    [Fact]
    public void Validation_examples_that_do_not_fit_are_refused()
    {
        Should.Throw<ArgumentException>(
            () => new TrainingRun(_plan, _examples, values: new InRunShapley(new ExampleSet(new(1, 7, 6), new float[42 * 8], new int[8]))));
        Should.Throw<ArgumentException>(() => new InRunShapley(_validation, 21));
        Should.Throw<ArgumentException>(() => new InRunShapley(_validation, 0));
        Should.Throw<ArgumentException>(() => new InRunShapley(_validation, 1, 0));
        Should.Throw<InvalidOperationException>(() => new InRunShapley(_validation).Result());
    }

    [Fact]
    public void A_validation_example_that_is_not_finite_stops_the_step_and_says_so()
    {
        var features = _validation.Features.ToArray();
        Array.Fill(features, float.NaN);
        using var run = new TrainingRun(_plan, _examples,
            values: new InRunShapley(new ExampleSet(_validation.Shape, features, _validation.Labels)));
        Should.Throw<TrainingDivergedException>(() => run.Next()).Message.ShouldContain("validation loss");
        run.Step.ShouldBe(0);
    }

    private double Loss(TrainingRun run)
    {
        using var network = Network.Create(_plan.Architecture, _validation.Count, 1);
        network.Load(run.Parameters(), null);
        return network.Train(_validation, [.. Enumerable.Range(0, _validation.Count)], new Optimiser(0f), 1);
    }

    private static PointValues Value(TrainingPlan plan, ExampleSet examples, InRunShapley values, int threads = 1)
    {
        using var run = new TrainingRun(plan, examples, start: null, threads, values);
        while (!run.IsComplete) run.Next();
        return values.Result();
    }
}
