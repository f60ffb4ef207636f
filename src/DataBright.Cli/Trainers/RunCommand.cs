using System.CommandLine;
using System.Diagnostics;
using DataBright.Cli.Datasets;
using DataBright.Compute.Points;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Trainers;

/// <summary>Has a program of another framework train, and takes only a checkpoint of the plan's architecture from it.</summary>
internal sealed class RunCommand : Verb
{
    private const int MaxPlan = 4 << 20;

    private readonly TrainerOptions _trainer;
    private readonly Option<string> _plan;
    private readonly Option<string?> _checkpoint;
    private readonly PointOptions _points;
    private readonly PointOptions _heldOut;
    private readonly Option<string> _out;
    private readonly Option<bool> _force;

    public RunCommand()
        : base("run", "Train in another framework: run its program on a plan and points, and check the checkpoint that it leaves",
            "trainer run --command 'python3 trainer.py' --plan plan.json --csv points.csv --label-column species --classes 3 --out "
            + "trained.safetensors")
    {
        _trainer = TrainerOptions.AddTo(this, TimeSpan.FromHours(1));
        _plan = Require<string>("--plan", "The training plan as a JSON file (docs/learning.md)", "FILE");
        _checkpoint = Take<string?>("--checkpoint",
            "The safetensors file to start from (default: fresh parameters by the plan's seed)", "FILE");
        _out = Require<string>("--out", "The safetensors file to write", "FILE");
        _force = Take<bool>("--force", "Write over a file that exists");
        _points = PointOptions.AddTo(this, "", "Points to learn from", use: PointUse.Ask);
        _heldOut = PointOptions.AddTo(this, "held-out-", "Points to measure on", like: _points);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var path = PathOf(arguments);
        var plan = ReadPlan(arguments.GetValue(_plan)!);
        var points = await ReadAsync(_points, arguments, plan.Architecture, output, stop);
        var heldOut = _heldOut.Said(arguments) is null ? null : await ReadAsync(_heldOut, arguments, plan.Architecture, output, stop);
        var start = arguments.GetValue(_checkpoint) is { } file
            ? await Checkpoint.LoadAsync(file, stop) : TrainingRun.FreshParameters(plan.Architecture, plan.Seed);
        start.Require(plan.Architecture, arguments.GetValue(_checkpoint) ?? "fresh parameters");

        var clock = Stopwatch.StartNew();
        TrainerReport? report = null;
        var trained = await output.WaitAsync("Training",
            say => _trainer.Read(arguments).TrainAsync(plan, points, start, report = new TrainerReport(say), stop));
        var seconds = clock.Elapsed.TotalSeconds;
        Accuracy? accuracy = heldOut is null ? null : Evaluation.Measure(plan.Architecture, trained, heldOut);
        await trained.SaveAsync(path, stop);
        Show(output, plan, points, trained, path, accuracy, report!, seconds);
        return ExitCode.Done;
    }

    private string PathOf(ParseResult arguments)
    {
        var path = Path.GetFullPath(arguments.GetValue(_out)!);
        if (Directory.Exists(path))
            throw new Failure(ExitCode.BadInput, $"{path} is a folder; a file is expected.");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new Failure(ExitCode.BadInput, $"The folder {Path.GetDirectoryName(path)} does not exist.");
        return !File.Exists(path) || arguments.GetValue(_force)
            ? path : throw new Failure(ExitCode.Refused, $"{path} exists; name another file or add --force.");
    }

    private static TrainingPlan ReadPlan(string file)
    {
        var plan = TrainingPlan.Parse(Utf8Text.Decode(GivenFile.ReadJson(file, MaxPlan, "a training plan"), file), file);
        return plan.Architecture.Loss == Loss.SoftmaxCrossEntropy
            ? plan
            : throw new Failure(ExitCode.BadInput, $"{file}: {plan.Architecture.Name} predicts targets; points from files have labels.");
    }

    private static async Task<ExampleSet> ReadAsync(PointOptions options, ParseResult arguments, Architecture architecture, Output output,
        CancellationToken stop)
    {
        var shard = await options.ReadAsync(arguments, DataSchema.MaxClasses, stop, output.Note);
        var examples = Examples.From(shard, FittedArchitecture.Fitting(architecture, shard.Schema));
        try
        {
            examples.Require(architecture);
            return examples;
        }
        catch (ArgumentException odd)
        {
            throw new Failure(ExitCode.BadInput, odd.Message);
        }
    }

    private static void Show(Output output, TrainingPlan plan, ExampleSet points, Checkpoint trained, string path, Accuracy? accuracy,
        TrainerReport report, double seconds)
    {
        var (step, loss) = (report.Last?.Step, report.Last?.Loss);
        var document = new
        {
            checkpoint = trained.Hash, file = path, architecture = plan.Architecture.Hash, plan = plan.Hash, points = points.Count,
            steps = step, loss,
            accuracyPpm = accuracy is { } measured ? (int?)(int)(measured.Correct * 1_000_000L / measured.Total) : null,
            measuredOn = accuracy?.Total, seconds = Math.Round(seconds, 3),
        };
        output.Show(document, console => console.Write(Sheet.Facts(
            ("Checkpoint", $"{trained.Hash}, of {plan.Architecture.Name}"), ("File", path), ("Points", points.Count), ("Steps", step),
            ("Loss", loss is { } last ? FormattableString.Invariant($"{last:0.####}") : null), ("Accuracy", accuracy?.ToString()),
            ("Time", FormattableString.Invariant($"{seconds:0.0} s")))));
    }
}
