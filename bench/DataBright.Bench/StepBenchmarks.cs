using BenchmarkDotNet.Attributes;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Bench;

/// <summary>A whole training step of each named architecture over 64 examples.</summary>
[MemoryDiagnoser]
public class StepBenchmarks : IDisposable
{
    private TrainingRun _run = null!;

    /// <summary>Which architecture.</summary>
    [ParamsSource(nameof(Names))]
    public string Architecture { get; set; } = "";

    /// <summary>Threads to work with.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>All of them.</summary>
    public static IEnumerable<string> Names => Architectures.All.Select(architecture => architecture.Name);

    /// <summary>Starts a run over noise.</summary>
    [GlobalSetup]
    public void Start()
    {
        var architecture = Architectures.Find(Architecture)!;
        _run = new TrainingRun(new TrainingPlan(architecture, Optimiser.AdamW(1e-6f), 64, 1_000_000, 1),
            SyntheticExamples.Draw(architecture, 64, seed: 1), start: null, Threads);
    }

    /// <summary>Forth, back and down.</summary>
    [Benchmark]
    public StepReport Step() => _run.Next();

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _run?.Dispose();
        GC.SuppressFinalize(this);
    }
}
