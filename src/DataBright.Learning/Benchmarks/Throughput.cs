using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Benchmarks;

/// <summary>Something that is done over and over, and how much of it a second holds.</summary>
internal abstract class Throughput(TimeProvider clock) : IDisposable
{
    /// <summary>How much one repetition is worth: images, or floating point operations.</summary>
    protected abstract double Worth { get; }

    public double Measure(double seconds)
    {
        Repeat();
        var start = clock.GetTimestamp();
        var count = 0;
        double elapsed;
        do
        {
            Repeat();
            count++;
            elapsed = clock.GetElapsedTime(start).TotalSeconds;
        }
        while (elapsed < seconds);
        return Worth * count / elapsed;
    }

    public abstract void Dispose();

    protected abstract void Repeat();
}

/// <summary>Training steps of 64 of 4,096 synthetic images.</summary>
internal sealed class TrainingThroughput : Throughput
{
    private const int Batch = 64;
    private readonly TrainingPlan _plan;
    private readonly ExampleSet _examples;
    private readonly int _threads;
    private readonly bool _valued;
    private TrainingRun _run;

    public TrainingThroughput(Architecture architecture, int threads, TimeProvider clock, bool valued = false)
        : base(clock)
    {
        (_threads, _valued) = (threads, valued);
        _examples = SyntheticExamples.Draw(architecture, 4096, seed: 3);
        _plan = new TrainingPlan(architecture, new Optimiser(0.01f, 0.9f), Batch, epochs: 1000, seed: 1);
        _run = Start();
        // Code that ran a few dozen times is compiled with full optimisation.
        for (var step = 0; step < 40; step++) _run.Next();
    }

    protected override double Worth => Batch;

    public override void Dispose() => _run.Dispose();

    protected override void Repeat()
    {
        if (_run.IsComplete)
        {
            _run.Dispose();
            _run = Start();
        }

        _run.Next();
    }

    private TrainingRun Start() => new(_plan, _examples, start: null, _threads, _valued ? new InRunShapley(_examples) : null);
}

/// <summary>Products of two square matrices.</summary>
internal sealed class ProductThroughput : Throughput
{
    private readonly int _size;
    private readonly float[] _a;
    private readonly float[] _b;
    private readonly float[] _c;
    private readonly MatrixProduct _product;

    public ProductThroughput(int size, int threads, TimeProvider clock)
        : base(clock)
    {
        _size = size;
        var noise = new Arithmetic.Chance(1, Arithmetic.Purpose.Resample, 0);
        _a = [.. Enumerable.Range(0, size * size).Select(i => noise.Symmetric((ulong)i))];
        _b = [.. _a.Reverse()];
        _c = new float[size * size];
        _product = new MatrixProduct(threads);
        for (var i = 0; i < 3; i++) Repeat();
    }

    protected override double Worth => 2.0 * _size * _size * _size;

    public override void Dispose() => _product.Dispose();

    protected override void Repeat() => _product.Multiply(_a, _b, _c, _size, _size, _size);
}
