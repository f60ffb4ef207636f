using BenchmarkDotNet.Attributes;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Bench;

/// <summary>The pieces of a training step, one by one.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks : IDisposable
{
    private readonly float[] _a = new float[512 * 512];
    private readonly float[] _b = new float[512 * 512];
    private readonly float[] _c = new float[512 * 512];
    private MatrixProduct _product = new();
    private TrainingRun _run = null!;

    /// <summary>Threads to work with.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Starts a run over noise.</summary>
    [GlobalSetup]
    public void Start()
    {
        _product = new MatrixProduct(Threads);
        var examples = new ExampleSet(Architectures.LeNet5.Input, new float[64 * 784], new int[64]);
        _run = new TrainingRun(new TrainingPlan(Architectures.LeNet5, new Optimiser(1e-6f), 64, 1_000_000, 1), examples,
            start: null, Threads);
    }

    /// <summary>512³.</summary>
    [Benchmark]
    public void Product() => _product.Multiply(_a, _b, _c, 512, 512, 512);

    /// <summary>One step of LeNet-5 over 64 images.</summary>
    [Benchmark]
    public StepReport LeNetStep() => _run.Next();

    /// <summary>The hash of LeNet-5's parameters and momentum.</summary>
    [Benchmark]
    public Digest StateHash() => _run.StateHash();

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _product.Dispose();
        _run?.Dispose();
        GC.SuppressFinalize(this);
    }
}
