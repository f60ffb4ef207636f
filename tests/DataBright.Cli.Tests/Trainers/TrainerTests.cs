using System.Globalization;
using DataBright.Cli.Trainers;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Trainers;

public sealed class TrainerTests : IDisposable
{
    private static readonly Architecture Tiny = new("tiny", new ExampleShape(6, 1, 1),
        [new Dense("hidden", 4), new Relu("bend"), new Dense("end", 3)]);
    private static readonly TrainingPlan Plan = new(Tiny, new Optimiser(0.1f, 0.9f), 10, 20, 7);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_trainer_gives_is_checked_measured_and_written()
    {
        var (given, trained) = await TrainedAsync(Plan, SyntheticExamples.Draw(Tiny, 300, seed: 3));

        var finished = (await RunAsync(ShellTrainer.Giving(_folder, given), "--held-out-csv", Points("test.csv", 4, 100), "--json"))
            .ShouldSucceed();

        var told = finished.Json;
        told.GetProperty("checkpoint").GetString().ShouldBe(trained.Hash.ToString());
        told.GetProperty("architecture").GetString().ShouldBe(Tiny.Hash.ToString());
        told.GetProperty("plan").GetString().ShouldBe(Plan.Hash.ToString());
        told.GetProperty("points").GetInt32().ShouldBe(50);
        told.GetProperty("steps").GetInt32().ShouldBe(2);
        told.GetProperty("loss").GetDouble().ShouldBe(0.25);
        told.GetProperty("measuredOn").GetInt32().ShouldBe(100);
        told.GetProperty("accuracyPpm").GetInt32().ShouldBeGreaterThan(900_000);
        (await Checkpoint.LoadAsync(Out, TestContext.Current.CancellationToken)).Hash.ShouldBe(trained.Hash);
        finished.Error.ShouldContain("step 2 of 2, loss 0.25");
    }

    [Fact]
    public async Task A_person_reads_the_hash_and_how_far_it_is()
    {
        var (given, trained) = await TrainedAsync(Plan, SyntheticExamples.Draw(Tiny, 50, seed: 3));

        var said = (await RunAsync(ShellTrainer.Giving(_folder, given))).ShouldSucceed().Output;

        said.ShouldContain("Training: step 1 of 2, loss 0.75");
        said.ShouldContain(trained.Hash.ToString());
        said.ShouldNotContain("Accuracy");
    }

    [Fact]
    public async Task It_starts_from_the_checkpoint_that_is_named_and_runs_where_it_was_called()
    {
        var (start, given) = await TrainedAsync(Plan, SyntheticExamples.Draw(Tiny, 50, seed: 3));
        var trainer = ShellTrainer.Write(_folder, $$"""test "$(pwd -P)" = "{{Environment.CurrentDirectory}}"; cp "$2" "$8" """);

        var told = (await RunAsync(trainer, "--checkpoint", start, "--json")).ShouldSucceed().Json;

        told.GetProperty("checkpoint").GetString().ShouldBe(given.Hash.ToString());
        told.GetProperty("steps").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("echo 'out of wood' >&2; exit 3", "it ended with exit code 3 and said: out of wood")]
    [InlineData("kill -9 $$", "it ended with exit code 137")]
    [InlineData("echo 'Epoch 1/10'; sleep 60", "and it wrote 'Epoch 1/10'")]
    [InlineData("exit 0", "left no checkpoint at --out")]
    [InlineData("head -c 100 \"$2\" > \"$8\"", "its checkpoint")]
    public async Task A_trainer_that_fails_is_told_in_one_line_and_leaves_nothing(string body, string saying)
    {
        (await RunAsync(ShellTrainer.Write(_folder, body), "--quiet")).ShouldFailClearly(ExitCode.Refused, "Trainer sh: ", saying);
        File.Exists(Out).ShouldBeFalse();
    }

    [Fact]
    public async Task A_trainer_that_lies_about_shapes_is_told_so()
    {
        var other = new Architecture("other", Tiny.Input, [new Dense("hidden", 5), new Relu("bend"), new Dense("end", 3)]);
        var (given, _) = await TrainedAsync(new TrainingPlan(other, Plan.Optimiser, 10, 1, 7), SyntheticExamples.Draw(other, 50, seed: 3));

        (await RunAsync(ShellTrainer.Giving(_folder, given), "--quiet")).ShouldFailClearly(ExitCode.Refused, "has shape [5, 6]",
            "tiny needs [4, 6]");
        File.Exists(Out).ShouldBeFalse();
    }

    [Fact]
    public async Task A_trainer_that_hangs_is_ended_after_its_time() =>
        (await RunAsync(ShellTrainer.Write(_folder, "sleep 600"), "--timeout", "1s", "--quiet")).ShouldFailClearly(ExitCode.Refused,
            "it was not done after 1 seconds");

    [Fact]
    public async Task A_program_that_is_not_there_is_named() =>
        (await RunAsync("/nowhere/trainer --fast", "--quiet")).ShouldFailClearly(ExitCode.Refused,
            "Trainer /nowhere/trainer: it cannot be started");

    [Fact]
    public async Task What_is_wrong_with_the_files_is_told_before_anything_starts()
    {
        var trainer = ShellTrainer.Write(_folder, "touch started; exit 1");
        await File.WriteAllTextAsync(Out, "mine", TestContext.Current.CancellationToken);
        (await RunAsync(trainer)).ShouldFailClearly(ExitCode.Refused, "exists; name another file or add --force");
        File.Delete(Out);
        (await RunAsync(trainer, "--checkpoint", _folder["none.safetensors"])).ShouldFailClearly(ExitCode.BadInput, "does not exist");
        (await RunAsync(trainer, "--held-out-take", "3")).ShouldFailClearly(ExitCode.Usage, "Points to measure on: name one source");
        (await RunAsync(trainer, "--skip", "45", "--take", "1", "--ignore-column", "f1")).ShouldFailClearly(ExitCode.BadInput,
            "tiny takes 6×1×1 values");
        File.Exists(Path.Combine(Environment.CurrentDirectory, "started")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_check_holds_for_a_program_that_learns()
    {
        var architecture = Architectures.SoftmaxRegression;
        var (given, _) = await TrainedAsync(new TrainingPlan(architecture, new Optimiser(0.02f, 0.9f), 32, 5, 1),
            SyntheticExamples.Draw(architecture, 640, seed: 1));

        var told = (await CheckAsync(ShellTrainer.Giving(_folder, given), "--json")).ShouldSucceed().Json;

        told.GetProperty("holds").GetBoolean().ShouldBeTrue();
        told.GetProperty("findings").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task A_check_says_what_does_not_hold()
    {
        var finished = await CheckAsync(ShellTrainer.Write(_folder, "cp \"$2\" \"$8\""), "--quiet");

        finished.ExitCode.ShouldBe(ExitCode.CheckFailed);
        finished.Output.Split('\n')[1..].Select(line => System.Text.RegularExpressions.Regex.Match(line, "(yes|NO|not known)").Value)
            .ShouldBe(["yes", "NO", "NO", "NO", ""]);
    }

    [Fact]
    public async Task A_check_of_a_program_that_breaks_the_protocol_knows_no_more()
    {
        var finished = await CheckAsync(ShellTrainer.Write(_folder, "echo '[1]'"), "--json");

        finished.ExitCode.ShouldBe(ExitCode.CheckFailed);
        var findings = finished.Json.GetProperty("findings");
        findings.EnumerateArray().Select(finding => finding.GetProperty("holds").ValueKind)
            .ShouldBe([System.Text.Json.JsonValueKind.False, .. Enumerable.Repeat(System.Text.Json.JsonValueKind.Null, 3)]);
        findings[0].GetProperty("seen").GetString()!.ShouldContain("it wrote '[1]'");
    }

    [Theory]
    [InlineData("python3 trainer.py", "python3|trainer.py")]
    [InlineData("  'my trainer'  --name \"a 'b' c\" x=''  ", "my trainer|--name|a 'b' c|x=")]
    [InlineData("t ''", "t|")]
    [InlineData("t $HOME *.py ~", "t|$HOME|*.py|~")]
    public void A_command_is_cut_as_a_shell_cuts_it(string text, string words)
    {
        var command = CommandWords.Parse(text);
        string.Join('|', [command.Program, .. command.Arguments]).ShouldBe(words);
    }

    [Theory]
    [InlineData("", "is no command")]
    [InlineData("   ", "is no command")]
    [InlineData("sh 'x", "opens a quote")]
    public async Task A_command_that_is_none_is_told_when_the_line_is_read(string text, string saying) =>
        (await CheckAsync(text)).ShouldFailClearly(ExitCode.Usage, saying);

    private string Out => _folder["out.safetensors"];

    private Task<Finished> RunAsync(string command, params string[] more)
    {
        var plan = _folder["plan.json"];
        File.WriteAllText(plan, Plan.ToJson());
        return Databright.CallAsync(
            _folder.Path, ["trainer", "run", "--command", command, "--plan", plan, "--csv", Points("points.csv", 3, 50), "--label-column",
                "label", "--classes", "3", "--out", Out, .. more]);
    }

    private Task<Finished> CheckAsync(string command, params string[] more) =>
        Databright.CallAsync(_folder.Path, ["trainer", "check", "--command", command, .. more]);

    private string Points(string name, ulong seed, int count)
    {
        var examples = SyntheticExamples.Draw(Tiny, count, seed);
        var lines = Enumerable.Range(0, count)
            .Select(
                i =>
                    $"{string.Join(',', examples[i].ToArray()
                        .Select(value => value.ToString("R", CultureInfo.InvariantCulture)))},{examples.Labels.Span[i]}");
        var path = _folder[name];
        File.WriteAllLines(path, ["f1,f2,f3,f4,f5,f6,label", .. lines]);
        return path;
    }

    private async Task<(string Path, Checkpoint Checkpoint)> TrainedAsync(TrainingPlan plan, ExampleSet examples)
    {
        using var run = new TrainingRun(plan, examples);
        run.Finish();
        var path = _folder["given.safetensors"];
        await run.Parameters().SaveAsync(path, TestContext.Current.CancellationToken);
        return (path, run.Parameters());
    }
}
