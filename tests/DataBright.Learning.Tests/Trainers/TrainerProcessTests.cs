using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Trainers;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Trainers;

public sealed class TrainerProcessTests
{
    private static readonly TrainingPlan Plan = Samples.Plan(Samples.Tiny);
    private static readonly ExampleSet Examples = Samples.Examples(Samples.Tiny, 23);
    private static readonly Checkpoint Start = Initialisation.Draw(Samples.Tiny, 1);
    private static readonly TrainerLimits Generous = new(TimeSpan.FromMinutes(5), OutputBytes: 100_000, LineBytes: 1000);

    [Fact]
    public async Task A_trainer_that_keeps_the_protocol_gives_a_checkpoint_and_progress()
    {
        var lines = new Lines();
        var trained = await Trainer("honest", Generous).TrainAsync(Plan, Examples, Start, lines, TestContext.Current.CancellationToken);
        trained.Hash.ShouldNotBe(Start.Hash);
        trained.Find("fc2.bias")!.Values.Span[0].ShouldBe(1f);
        lines.ShouldBe([new TrainerProgress(1, 2, 0.5), new TrainerProgress(2, null, null)]);
    }

    [Theory]
    [InlineData("no-output", "left no checkpoint at --out")]
    [InlineData("complain", "exit code 3 and said: out of wood")]
    [InlineData("shapes", "tensor 'conv1.weight' has shape [54]; tiny needs [3, 2, 3, 3]")]
    [InlineData("names", "tensor 'conv1.bias' of tiny is missing")]
    [InlineData("nan", "value 0 of 'conv1.bias' in its checkpoint is NaN")]
    [InlineData("infinity", "value 0 of 'conv1.bias' in its checkpoint is -")]
    [InlineData("truncate", "truncated")]
    [InlineData("huge-file", "its checkpoint has 2147483648 bytes; one of tiny has at most")]
    [InlineData("garbage", "and it wrote 'Epoch 1/10 ·[32mdone'")]
    [InlineData("not-a-number", "its standard output must be lines such as {\"step\":1,\"steps\":10,\"loss\":0.5}")]
    [InlineData("backwards", "it wrote '{\"step\":3,\"steps\":2}'")]
    [InlineData("flood", "more than the 100000 bytes of progress")]
    [InlineData("endless-line", "a line of more than 1000 bytes")]
    public async Task A_trainer_that_breaks_the_protocol_gives_one_clear_error(string how, string expected)
    {
        var fault = await Should.ThrowAsync<TrainerFailedException>(
            () => Trainer(how, Generous).TrainAsync(Plan, Examples, Start, null, TestContext.Current.CancellationToken));
        fault.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("parent")]
    public async Task A_trainer_that_hangs_is_killed_with_its_children(string how)
    {
        var limits = Generous with { Time = TimeSpan.FromSeconds(1.5) };
        var fault = await Should.ThrowAsync<TrainerFailedException>(
            () => Trainer(how, limits).TrainAsync(Plan, Examples, Start, null, TestContext.Current.CancellationToken));
        fault.Message.ShouldContain("not done after 1.5 seconds");
        Survivors(how).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancelling_kills_the_trainer()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Lines { Heard = cancel.Cancel };
        await Should.ThrowAsync<OperationCanceledException>(
            () => Trainer("wait-for-cancel", Generous).TrainAsync(Plan, Examples, Start, progress, cancel.Token));
        Survivors("wait-for-cancel").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named() =>
        (await Should.ThrowAsync<TrainerFailedException>(
            () => new TrainerProcess(new TrainerCommand("/nowhere/trainer"), Generous, TimeProvider.System).TrainAsync(Plan, Examples,
                Start, null, TestContext.Current.CancellationToken)))
            .Message.ShouldContain("/nowhere/trainer: it cannot be started");

    [Fact]
    public async Task What_cannot_be_trained_starts_no_process()
    {
        var trainer = new TrainerProcess(new TrainerCommand("/nowhere/trainer"), Generous, TimeProvider.System);
        await Should.ThrowAsync<MalformedInputException>(
            () => trainer.TrainAsync(Plan, Examples, new Checkpoint([]), null, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ArgumentException>(
            () => trainer.TrainAsync(Plan, Examples.Slice(0, 0), Start, null, TestContext.Current.CancellationToken));
    }

    public static TheoryData<string> Rules => ["sgd", "adamw", "regression"];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_PyTorch_sample_learns_what_can_be_learnt(string rule)
    {
        Python.RequireTorch();
        var (architecture, optimiser) = rule switch
        {
            "sgd" =>
                (Samples.Tiny, new Optimiser(0.05f, 0.9f) { Nesterov = true, Schedule = new Schedule(ScheduleKind.Step, 2, 40, 0.5f) }),
            "adamw" => (Samples.Sequence, Optimiser.AdamW(0.005f)
                with { ClipNorm = 1f, Schedule = new Schedule(ScheduleKind.Cosine, 5, Factor: 0.1f) }),
            _ => (Samples.Regression, Optimiser.Adam(0.01f)),
        };
        var plan = new TrainingPlan(architecture, optimiser, 16, 10, 4);
        var (examples, start) = (Samples.Examples(architecture, 160), Initialisation.Draw(architecture, 2));
        var lines = new Lines();
        var trainer =
            new TrainerProcess(new TrainerCommand(Python.Program, "-B", Repository.PathOf("samples", "pytorch-trainer", "trainer.py")),
                new TrainerLimits(TimeSpan.FromMinutes(5)), TimeProvider.System);
        var trained = await trainer.TrainAsync(plan, examples, start, lines, TestContext.Current.CancellationToken);

        lines.Count.ShouldBe(100);
        lines[^1].Step.ShouldBe(100);
        lines[^1].Steps.ShouldBe(100);
        if (rule == "regression")
            Evaluation.Error(architecture, trained, examples).ShouldBeLessThan(0.7 * Evaluation.Error(architecture, start, examples));
        else Evaluation.Measure(architecture, trained, Samples.Examples(architecture, 100, seed: 2)).Value.ShouldBeGreaterThan(0.8);
    }

    private static TrainerProcess Trainer(string how, TrainerLimits limits)
    {
        var program = ThisProgram.With("misbehave");
        return new TrainerProcess(new TrainerCommand(program[0], [.. program.Skip(1), how]), limits, TimeProvider.System);
    }

    /// <summary>Processes of a misbehaviour that are still there.</summary>
    private static string[] Survivors(string how) =>
        !OperatingSystem.IsLinux() ? []
            : [.. Directory.EnumerateDirectories("/proc").Select(CommandOf)
                .Where(command => command.Contains($"\0misbehave\0{how}\0", StringComparison.Ordinal)
                    || (how == "parent" && command.Contains("\0misbehave\0hang\0", StringComparison.Ordinal)))];

    private static string CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private sealed class Lines : List<TrainerProgress>, IProgress<TrainerProgress>
    {
        public Action? Heard { get; init; }

        public void Report(TrainerProgress value)
        {
            Add(value);
            Heard?.Invoke();
        }
    }
}
