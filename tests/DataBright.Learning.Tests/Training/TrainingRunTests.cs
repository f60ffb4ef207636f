using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Training;

public sealed class TrainingRunTests
{
    private readonly ExampleSet _examples = Samples.Examples(Samples.Tiny, 23);
    private readonly TrainingPlan _plan = Samples.Plan(Samples.Tiny);

    [Fact]
    public void A_run_has_a_step_for_each_batch_and_the_last_batch_may_be_short()
    {
        using var run = new TrainingRun(_plan, _examples);
        run.TotalSteps.ShouldBe(15);
        while (!run.IsComplete) run.Next();
        run.Step.ShouldBe(15);
        Should.Throw<InvalidOperationException>(() => run.Next());
    }

    [Fact]
    public void The_same_plan_and_examples_give_the_same_hash_at_every_step()
    {
        using TrainingRun first = new(_plan, _examples), second = new(_plan, _examples);
        while (!first.IsComplete)
        {
            first.Next().ShouldBe(second.Next());
            first.StateHash().ShouldBe(second.StateHash());
        }
    }

    [Fact]
    public void Another_seed_gives_other_parameters()
    {
        using TrainingRun first = new(_plan, _examples), second = new(Samples.Plan(Samples.Tiny, seed: 43), _examples);
        first.Parameters().Hash.ShouldNotBe(second.Parameters().Hash);
    }

    [Fact]
    public void The_state_hash_changes_with_every_step_and_equals_that_of_the_captured_state()
    {
        using var run = new TrainingRun(_plan, _examples);
        var hashes = new HashSet<Digest> { run.StateHash() };
        while (!run.IsComplete)
        {
            run.Next();
            hashes.Add(run.StateHash()).ShouldBeTrue();
            run.Capture().Hash.ShouldBe(run.StateHash());
        }
    }

    [Fact]
    public void A_run_resumed_at_any_step_from_bytes_ends_in_the_same_state()
    {
        using var run = new TrainingRun(_plan, _examples);
        var states = new List<byte[]> { run.Capture().ToBytes() };
        while (!run.IsComplete)
        {
            run.Next();
            states.Add(run.Capture().ToBytes());
        }

        foreach (var state in states)
        {
            using var resumed = TrainingRun.Resume(_plan, _examples, TrainingState.Parse(state));
            while (!resumed.IsComplete) resumed.Next();
            resumed.StateHash().ShouldBe(run.StateHash());
        }
    }

    public static TheoryData<string> Rules => [.. Optimisers.Keys];

    private static readonly Dictionary<string, Optimiser> Optimisers = new()
    {
        ["sgd"] = new(0.05f, 0.9f) { Schedule = new Schedule(ScheduleKind.Step, 2, 3, 0.5f) },
        ["nesterov"] = new(0.05f, 0.9f) { Nesterov = true },
        ["adam"] = Optimiser.Adam(0.002f) with { Schedule = new Schedule(ScheduleKind.Cosine, 3, Factor: 0.1f) },
        ["adamw"] = Optimiser.AdamW(0.002f) with { ClipNorm = 0.3f },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_optimiser_goes_on_from_bytes_to_the_same_end(string name)
    {
        // Dropout, running statistics and schedules depend on the step: a resumed run must know it.
        foreach (var architecture in new[] { Samples.Residuals, Samples.Sequence })
        {
            var examples = Samples.Examples(architecture, 11);
            var plan = new TrainingPlan(architecture, Optimisers[name], batchSize: 4, epochs: 3, seed: 5);
            using var run = new TrainingRun(plan, examples);
            var states = new List<byte[]>();
            while (!run.IsComplete)
            {
                run.Next();
                run.Capture().Hash.ShouldBe(run.StateHash());
                states.Add(run.Capture().ToBytes());
            }

            foreach (var state in states)
            {
                using var resumed = TrainingRun.Resume(plan, examples, TrainingState.Parse(state));
                while (!resumed.IsComplete) resumed.Next();
                resumed.StateHash().ShouldBe(run.StateHash());
                resumed.Parameters().Hash.ShouldBe(run.Parameters().Hash);
            }
        }
    }

    private sealed class Steps : List<StepReport>, IProgress<StepReport>
    {
        public Action<StepReport>? Heard { get; init; }

        public void Report(StepReport value)
        {
            Add(value);
            Heard?.Invoke(value);
        }
    }

    [Fact]
    public async Task A_cancelled_run_is_saved_and_finished_later()
    {
        using var whole = new TrainingRun(_plan, _examples);
        var all = new Steps();
        whole.Finish(all, TestContext.Current.CancellationToken);
        all.Select(report => report.Step).ShouldBe(Enumerable.Range(1, 15).Select(step => (long)step));

        using var cancel = new CancellationTokenSource();
        using var run = new TrainingRun(_plan, _examples);
        var heard = new Steps { Heard = report => { if (report.Step == 6) cancel.Cancel(); } };
        Should.Throw<OperationCanceledException>(() => run.Finish(heard, cancel.Token));
        run.Step.ShouldBe(6);
        using var folder = new TemporaryFolder();
        await run.Capture().SaveAsync(folder["state"], TestContext.Current.CancellationToken);
        using var resumed = TrainingRun.Resume(_plan, _examples,
            await TrainingState.LoadAsync(folder["state"], TestContext.Current.CancellationToken));
        resumed.Finish(heard, TestContext.Current.CancellationToken);
        heard.ShouldBe(all);
        resumed.StateHash().ShouldBe(whole.StateHash());
        (await Should.ThrowAsync<MalformedInputException>(() => TrainingState.LoadAsync(folder["nothing"]))).Message
            .ShouldContain("does not exist");
    }

    [Fact]
    public void A_state_of_another_optimiser_is_refused()
    {
        var adam = new TrainingPlan(_plan.Architecture, Optimiser.Adam(0.01f), 5, 3, 42);
        using TrainingRun run = new(_plan, _examples), other = new(adam, _examples);
        Should.Throw<MalformedInputException>(() => TrainingRun.Resume(adam, _examples, run.Capture())).Message
            .ShouldContain("Adam needs a second moment");
        Should.Throw<MalformedInputException>(() => TrainingRun.Resume(_plan, _examples, other.Capture())).Message
            .ShouldContain("Sgd has no second moment");
    }

    [Fact]
    public void Adam_and_the_transformer_learn_what_can_be_learnt()
    {
        var examples = Samples.Examples(Samples.Sequence, 160);
        using var run = new TrainingRun(new TrainingPlan(Samples.Sequence, Optimiser.AdamW(0.005f), 16, 12, 3), examples);
        while (!run.IsComplete) run.Next();
        Evaluation.Measure(Samples.Sequence, run.Parameters(), Samples.Examples(Samples.Sequence, 100, seed: 2)).Value
            .ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void Regression_finds_a_linear_law()
    {
        var architecture = new Architecture("line", new(3, 1, 1), [new Dense("d", 2)], Loss.MeanSquaredError);
        var features = Samples.Floats(300);
        var targets = Enumerable.Range(0, 100)
            .SelectMany(n => new[] { 2 * features[3 * n] - features[3 * n + 1] + 0.5f, features[3 * n + 2] }).ToArray();
        var examples = new ExampleSet(architecture.Input, features, targets, 2);
        using var run = new TrainingRun(new TrainingPlan(architecture, new Optimiser(0.2f, 0.9f), 10, 30, 1), examples);
        while (!run.IsComplete) run.Next();
        Evaluation.Error(architecture, run.Parameters(), examples).ShouldBeLessThan(1e-6);
        Should.Throw<ArgumentException>(() => Evaluation.Measure(architecture, run.Parameters(), examples)).Message
            .ShouldContain("predicts targets");
    }

    [Fact]
    public void Tokens_and_targets_that_do_not_fit_are_refused()
    {
        var plan = Samples.Plan(Samples.Sequence);
        foreach (var token in new[] { 23f, -1f, 0.5f, float.NaN })
        {
            var features = new float[22];
            features[13] = token;
            Should.Throw<ArgumentException>(() => new TrainingRun(plan,
                new ExampleSet(Samples.Sequence.Input, features, new int[2]))).Message.ShouldContain("Example 1 has");
        }

        Should.Throw<ArgumentException>(() => new TrainingRun(Samples.Plan(Samples.Regression),
            new ExampleSet(Samples.Regression.Input, new float[220], new int[1]))).Message.ShouldContain("learns 3 targets");
        Should.Throw<ArgumentException>(() => new TrainingRun(_plan, new ExampleSet(new(2, 7, 6), new float[84], new float[2], 2))).Message
            .ShouldContain("learns labels");
    }

    [Fact]
    public void Training_learns_what_can_be_learnt()
    {
        var examples = Samples.Examples(Samples.Tiny, 200);
        using var run = new TrainingRun(Samples.Plan(Samples.Tiny, batch: 10, epochs: 10), examples);
        var first = run.Next().Loss;
        var last = first;
        while (!run.IsComplete) last = run.Next().Loss;
        last.ShouldBeLessThan(first / 2);
        Evaluation.Measure(Samples.Tiny, run.Parameters(), Samples.Examples(Samples.Tiny, 100, seed: 2)).Value.ShouldBeGreaterThan(0.8);
    }

    [Fact]
    public void A_run_can_start_from_given_parameters()
    {
        using var drawn = new TrainingRun(_plan, _examples);
        using var given = new TrainingRun(_plan, _examples, drawn.Parameters());
        given.StateHash().ShouldBe(drawn.StateHash());
        Should.Throw<MalformedInputException>(() => new TrainingRun(_plan, _examples, new Checkpoint([]))).Message
            .ShouldContain("conv1.weight");
    }

    [Fact]
    public void A_value_that_is_not_finite_stops_the_step_and_keeps_the_state_before_it()
    {
        var features = _examples.Features.ToArray();
        features[^1] = float.NaN;
        using var run = new TrainingRun(_plan, new ExampleSet(_examples.Shape, features, _examples.Labels));
        var before = run.StateHash();
        var fault = Should.Throw<TrainingDivergedException>(() =>
        {
            while (true)
            {
                before = run.StateHash();
                run.Next();
            }
        });
        fault.Step.ShouldBe(run.Step + 1);
        run.StateHash().ShouldBe(before);
        Should.Throw<TrainingDivergedException>(() => run.Next());
    }

    [Fact]
    public void A_step_that_diverges_leaves_moments_and_running_statistics_as_they_were()
    {
        var examples = Samples.Examples(Samples.Residuals, 8);
        var features = examples.Features.ToArray();
        features[^3] = float.PositiveInfinity;
        var plan = new TrainingPlan(Samples.Residuals, Optimiser.Adam(0.01f), 4, 3, 1);
        using var run = new TrainingRun(plan, new ExampleSet(examples.Shape, features, examples.Labels));
        var before = run.StateHash();
        Should.Throw<TrainingDivergedException>(() =>
        {
            while (true)
            {
                before = run.StateHash();
                run.Next();
            }
        });
        run.StateHash().ShouldBe(before);
    }

    [Fact]
    public void A_gradient_that_overflows_stops_the_step_although_the_loss_is_finite()
    {
        var architecture = new Architecture("overflow", new(1, 8, 8),
            [new Convolution("conv", 1, 3, 0), new Flatten("flat"), new Dense("fc", 2)]);
        var start =
            new Checkpoint(architecture.Parameters.Select(
                p => new Tensor(p.Name, p.Dimensions, [.. Enumerable.Range(0, p.Count).Select(i => p.Name == "fc.weight" ? i / 36 : 0f)])));
        var features = new float[64];
        Array.Fill(features, 3e38f);
        using var run = new TrainingRun(Samples.Plan(architecture, batch: 1),
            new ExampleSet(architecture.Input, features, new[] { 1 }), start);
        var before = run.StateHash();
        Should.Throw<TrainingDivergedException>(() => run.Next()).Message.ShouldContain("a gradient is not finite");
        run.StateHash().ShouldBe(before);
    }

    [Fact]
    public void Examples_that_do_not_fit_are_refused()
    {
        Should.Throw<ArgumentException>(() => new TrainingRun(_plan, _examples.Slice(0, 0))).Message.ShouldContain("no examples");
        Should.Throw<ArgumentException>(() => new TrainingRun(_plan, _examples.Slice(0, 4))).Message
            .ShouldBe("A batch takes 5 examples and there are 4; take a smaller batch.");
        Should.Throw<ArgumentException>(() => new TrainingRun(_plan, new ExampleSet(new(1, 7, 6), new float[42], new int[1]))).Message
            .ShouldContain("2×7×6");
        Should.Throw<ArgumentException>(() => new TrainingRun(_plan, new ExampleSet(new(2, 7, 6), new float[84], new[] { 4 }))).Message
            .ShouldContain("label 4");
    }
}
