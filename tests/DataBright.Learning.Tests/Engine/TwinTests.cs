using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Engine;

/// <summary>The engine against its slow twin: the same bits after every step, for every vector width and number of threads.</summary>
public sealed class TwinTests
{
    private static readonly Optimiser Rule = new(0.03f, 0.9f, 0.001f);

    // Shapes that leave tails everywhere: single channels, primes, more than one panel, windows that do not divide.
    private static readonly Architecture[] Awkward =
    [
        Samples.Tiny,
        new("one", new(1, 1, 1), [new Dense("d", 2)]),
        new("wide", new(1, 3, 37), [new Flatten("f"), new Dense("a", 67), new Relu("r"), new Dense("b", 33), new Dense("c", 17)]),
        new("panels", new(33, 5, 5), [new Convolution("a", 35, 3, 1), new Relu("r"), new Convolution("b", 65, 2, 0), new Flatten("f"),
            new Relu("s"), new Dense("c", 5)]),
        new("steep", new(3, 17, 13), [new Relu("z"), new Convolution("a", 7, 5, 4), new MaxPool("p", 3), new Relu("r"),
            new Convolution("b", 19, 1, 0), new MaxPool("q", 2), new Flatten("f"), new Dense("c", 11)]),
        new("border", new(2, 6, 31), [new Convolution("a", 16, 3, 0), new Convolution("b", 31, 3, 2), new Relu("r"), new Flatten("f"),
            new Dense("c", 3)]),
        new("pool-first", new(5, 8, 8), [new MaxPool("p", 2), new Convolution("a", 32, 4, 1), new Relu("r"), new MaxPool("q", 2),
            new Flatten("f"), new Flatten("g"), new Dense("c", 2)]),
        Samples.Residuals,
        Samples.Sequence,
        Samples.Regression,
        new("odd-strides", new(1, 13, 9),
            [new Convolution("a", 3, 5, 4, Stride: 4), new Convolution("b", 40, 2, 1, Stride: 3, HasBias: false), new MaxPool("p", 2),
                new Flatten("f"), new Tanh("t"), new Dense("c", 3)]),
        new("forks-first", new(2, 4, 4),
            [new Residual("r", [new Convolution("a", 2, 3, 1), new Relu("s")], [new Relu("t"), new Convolution("b", 2, 1, 0)]),
                new Flatten("f"), new Dense("c", 2)]),
        new("single", new(16, 1, 1), [new BatchNorm("n"), new LayerNorm("m"), new Residual("r", [new Dense("d", 16)]), new Dense("c", 2)]),
    ];

    public static TheoryData<int, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, int>();
            for (var architecture = 0; architecture < Awkward.Length; architecture++)
                foreach (var (width, threads) in new[] { (16, 1), (16, 3), (8, 1), (8, 2), (4, 1), (4, 3), (1, 1), (1, 2) })
                    cases.Add(architecture, width, threads);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_engine_and_its_twin_have_the_same_bits_after_every_step(int number, int lanes, int threads)
    {
        var width = (VectorWidth)lanes;
        Assert.SkipUnless(VectorWidths.Allows(width), $"This machine has no {width} vectors.");
        var architecture = Awkward[number];
        Compare(architecture, Samples.Examples(architecture, 17, (ulong)number), [13, 1, 17, 2], [width], threads, Rule);
    }

    public static TheoryData<string> Named => [.. Architectures.All.Select(architecture => architecture.Name)];

    [Theory]
    [MemberData(nameof(Named))]
    public void The_named_architectures_and_their_twins_have_the_same_bits(string name)
    {
        var architecture = Architectures.Find(name)!;
        Compare(architecture, Samples.Examples(architecture, 4), [architecture.ForwardOperations > 50_000_000 ? 1 : 3],
            [.. Enum.GetValues<VectorWidth>().Where(VectorWidths.Allows)], 2, Rule);
    }

    [Theory]
    [InlineData(1e-41f)]
    [InlineData(1e-22f)]
    [InlineData(1e17f)]
    public void Denormal_tiny_and_huge_inputs_give_the_same_bits(float scale)
    {
        var examples = Samples.Examples(Samples.Tiny, 17, 3);
        var features = examples.Features.ToArray();
        for (var i = 0; i < features.Length; i++) features[i] *= i % 3 == 0 ? -scale : scale;
        Compare(Samples.Tiny, new ExampleSet(examples.Shape, features, examples.Labels), [1, 5],
            [.. Enum.GetValues<VectorWidth>().Where(VectorWidths.Allows)], 1, Rule);
    }

    public static TheoryData<string> Rules => [.. Optimisers.Keys];

    private static readonly Dictionary<string, Optimiser> Optimisers = new()
    {
        ["nesterov"] = new Optimiser(0.02f, 0.8f, 0.01f) { Nesterov = true },
        ["adam"] = Optimiser.Adam(0.01f, weightDecay: 0.02f),
        ["adamw"] = Optimiser.AdamW(0.01f, 0.8f, 0.99f),
        ["clipped sgd"] = Rule with { ClipNorm = 0.05f },
        ["clipped adamw with warm-up"] = Optimiser.AdamW(0.01f)
            with { ClipNorm = 0.1f, Schedule = new Schedule(ScheduleKind.Cosine, WarmUp: 2, Factor: 0.1f) },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_optimiser_and_its_twin_have_the_same_bits(string name)
    {
        foreach (var architecture in new[] { Samples.Tiny, Samples.Residuals, Samples.Sequence, Architectures.Mlp })
            Compare(architecture, Samples.Examples(architecture, 6), [5, 3, 6],
                [.. Enum.GetValues<VectorWidth>().Where(VectorWidths.Allows)], 2, Optimisers[name]);
    }

    private static void Compare(Architecture architecture, ExampleSet examples, int[] batches, VectorWidth[] widths, int threads,
        Optimiser rule)
    {
        var start = Initialisation.Draw(architecture, 9);
        var twin = new PlainNetwork(architecture);
        twin.Load(start, null);
        var upkeep = rule.HasSecondMoment ? Upkeep.TwoMoments : Upkeep.FirstMoment;
        var engines = widths.Select(width => Network.Create(architecture, batches.Max(), threads, upkeep, width)).ToArray();
        foreach (var engine in engines) engine.Load(start, null);
        var step = 0;
        foreach (var size in batches)
        {
            var batch = Enumerable.Range(0, size).Select(i => (i * 5 + size) % examples.Count).ToArray();
            var expected = Outcome(() => twin.Train(examples, batch, rule, ++step));
            foreach (var engine in engines)
            {
                Outcome(() => engine.Train(examples, batch, rule, step)).ShouldBe(expected);
                Same(engine.Gradients(), twin.Gradients(), expected);
                engine.Momentum().Hash.ShouldBe(twin.Momentum().Hash);
                if (rule.HasSecondMoment) engine.SecondMoment()!.Hash.ShouldBe(twin.SecondMoment().Hash);
                engine.Parameters().Hash.ShouldBe(twin.Parameters().Hash);
                Outputs(engine, examples, batch, architecture.Classes).ShouldBe(twin.Evaluate(examples, batch));
                engine.Classify(examples, batch).ShouldBe(twin.Classify(examples, batch));
            }
        }

        foreach (var engine in engines) engine.Dispose();
    }

    private static float[] Outputs(Network engine, ExampleSet examples, int[] batch, int size)
    {
        var outputs = new float[batch.Length * size];
        engine.Evaluate(examples, batch, outputs);
        return outputs;
    }

    private static string Outcome(Func<float> step)
    {
        try
        {
            return BitConverter.SingleToInt32Bits(step()).ToString("x8");
        }
        catch (TrainingDivergedException fault)
        {
            return fault.Message;
        }
    }

    private static void Same(Checkpoint engine, Checkpoint twin, string outcome)
    {
        if (outcome.StartsWith("Training", StringComparison.Ordinal)) return;
        foreach (var tensor in twin.Tensors)
        {
            var (ours, theirs) = (engine.Find(tensor.Name)!.Values.ToArray(), tensor.Values.ToArray());
            for (var i = 0; i < ours.Length; i++)
                if (BitConverter.SingleToInt32Bits(ours[i]) != BitConverter.SingleToInt32Bits(theirs[i]))
                    throw new ShouldAssertException($"gradient {tensor.Name}[{i}] is {ours[i]:r}, the twin has {theirs[i]:r}");
        }
    }
}
