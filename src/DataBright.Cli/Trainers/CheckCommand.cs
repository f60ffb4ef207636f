using System.CommandLine;
using DataBright.Cli.Datasets;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Trainers;
using DataBright.Learning.Training;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Trainers;

/// <summary>Holds a program against the protocol of trainers, on a small task that can be learnt.</summary>
internal sealed class CheckCommand : Verb
{
    private const int Points = 640, Measured = 500, Batch = 32, Epochs = 5;
    private const float Rate = 0.02f, Momentum = 0.9f;

    private readonly TrainerOptions _trainer;
    private readonly Option<string> _architecture;

    public CheckCommand()
        : base("check", "Check a program that trains in another framework: on a small task, before it is given a long one",
            "trainer check --command 'python3 trainer.py'")
    {
        _trainer = TrainerOptions.AddTo(this, TimeSpan.FromMinutes(5));
        _architecture = TakeOr("--architecture", Architectures.SoftmaxRegression.Name,
            $"A JSON file, or one of {string.Join(", ", Architectures.All.Select(known => known.Name))}", "NAME|FILE");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var architecture = FittedArchitecture.ReadAny(arguments.GetValue(_architecture)!);
        if (architecture.Loss != Loss.SoftmaxCrossEntropy)
            throw new Failure(ExitCode.BadInput,
                $"{architecture.Name} predicts targets; a trainer is checked with an architecture that tells classes apart.");
        var findings = await output.WaitAsync("Training", say => FindAsync(_trainer.Read(arguments), architecture, say, stop));
        var holds = findings.All(finding => finding.Holds == true);
        output.Show(new { architecture = architecture.Hash, findings, holds }, console =>
        {
            var table = Sheet.Of("Check", "Holds", "");
            foreach (var finding in findings)
                table.Row(finding.What, finding.Holds is { } known ? (known ? "yes" : "NO") : "not known", finding.Seen);
            console.Write(table);
        });
        return holds ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static async Task<IReadOnlyList<TrainerFinding>> FindAsync(TrainerProcess trainer, Architecture architecture,
        Action<string> say, CancellationToken stop)
    {
        var plan = new TrainingPlan(architecture, new Optimiser(Rate, Momentum), Batch, Epochs, seed: 1);
        var start = TrainingRun.FreshParameters(architecture, plan.Seed);
        var (report, trained, problem) = (new TrainerReport(say), (Checkpoint?)null, (string?)null);
        try
        {
            trained = await trainer.TrainAsync(plan, SyntheticExamples.Draw(architecture, Points, seed: 1), start, report, stop);
        }
        catch (TrainerFailedException failed)
        {
            problem = failed.Problem;
        }

        return
        [
            new("keeps the protocol", trained is not null,
                problem?.ReplaceLineEndings(" ") ?? "its checkpoint fits the architecture, and its values are finite"),
            Progress(report, plan, trained is not null),
            new("changes the parameters", trained is null ? null : trained.Hash != start.Hash,
                trained is null ? "" : $"checkpoint {trained.Hash}"),
            Learning(architecture, start, trained),
        ];
    }

    private static TrainerFinding Progress(TrainerReport report, TrainingPlan plan, bool isDone)
    {
        var steps = plan.StepsFor(Points);
        return new("says how far it is", report.Lines > 0 ? true : isDone ? false : null,
            report.Lines == 0 ? "no line of progress"
                : $"{report.Lines} lines, the last at step {report.Last!.Value.Step}; the plan has {steps} steps");
    }

    private static TrainerFinding Learning(Architecture architecture, Checkpoint start, Checkpoint? trained)
    {
        if (trained is null)
            return new("learns what can be learnt", null, "");
        var examples = SyntheticExamples.Draw(architecture, Measured, seed: 2);
        var (before, after) = (Evaluation.Measure(architecture, start, examples), Evaluation.Measure(architecture, trained, examples));
        // Half of the way from guessing to knowing: the task is learnt by every architecture here, and by no accident.
        var least = (1 + 1.0 / architecture.Classes) / 2;
        return new("learns what can be learnt", after.Value >= least,
            $"{after} right on other examples, {before} before; {100 * least:0} % are expected");
    }
}
