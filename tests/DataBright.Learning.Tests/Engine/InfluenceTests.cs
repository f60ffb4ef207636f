using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Engine;

/// <summary>Inner products by ghosts against gradients that are really made, one example at a time.</summary>
public sealed class InfluenceTests
{
    private static readonly Architecture[] Shapes =
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
        Architectures.LeNet5,
        Samples.Regression,
        new("words", new(1, 1, 11),
        [
            new Embedding("words", 23, 18), new Residual("mix", [new LayerNorm("n"), new SelfAttention("heads", 3)]),
            new Residual("feed", [new LayerNorm("m"), new Convolution("up", 37, 1, 0), new Gelu("g"), new Convolution("down", 18, 1, 0)]),
            new LayerNorm("o"), new GlobalAverage("mean"), new Dense("fc", 4),
        ]),
        new("branches", new(3, 9, 8),
        [
            new Convolution("stem", 17, 3, 1, HasBias: false), new Relu("r"),
            new Residual("down", [new Relu("s"), new Convolution("a", 34, 3, 1, Stride: 2, HasBias: false), new LayerNorm("n"),
                new Tanh("t")], [new Convolution("c", 34, 1, 0, Stride: 2)]),
            new Relu("u"), new AveragePool("p", 2), new Flatten("f"), new LayerNorm("o"), new Dense("d", 19),
            new Residual("e", [new Dense("g", 19), new Gelu("h")]), new Dense("i", 3),
        ]),
    ];

    /// <summary>What an example does in these depends on the others, or on chance: only the sum is known otherwise.</summary>
    private static readonly Architecture[] Joint = [Samples.Residuals, Samples.Sequence, Architectures.ResNet20];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Shapes.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_influence_is_the_inner_product_of_the_examples_gradient_with_the_validation_gradient(int number)
    {
        var architecture = Shapes[number];
        var examples = Samples.Examples(architecture, 24, (ulong)number);
        int[] batch = [.. Enumerable.Range(0, 17)], validation = [.. Enumerable.Range(17, 7)];
        var start = Initialisation.Draw(architecture, 4);
        var influences = Influences(architecture, examples, start, batch, validation, VectorWidths.Widest, threads: 2);
        var direction = Gradient(architecture, examples, start, validation);
        var scale = 0.0;
        var expected =
            batch.Select(i => Inner(Gradient(architecture, examples, start, [i]), direction, ref scale) / batch.Length).ToArray();
        for (var i = 0; i < batch.Length; i++) influences[i].ShouldBe(expected[i], 2e-6 * scale / batch.Length, $"example {i}");
        expected.Max(Math.Abs).ShouldBeGreaterThan(1e-4);
    }

    public static TheoryData<int> JointNumbers => [.. Enumerable.Range(0, Joint.Length)];

    [Theory]
    [MemberData(nameof(JointNumbers))]
    public void Influences_add_up_to_the_inner_product_of_the_batch_gradient_with_the_validation_gradient(int number)
    {
        var architecture = Joint[number];
        var examples = Samples.Examples(architecture, 10, (ulong)number);
        int[] batch = [0, 1, 2, 3, 4, 5, 6], validation = [7, 8, 9];
        var start = Initialisation.Draw(architecture, 4);
        var influences = Influences(architecture, examples, start, batch, validation, VectorWidths.Widest, threads: 2);
        var scale = 0.0;
        var expected = Inner(Gradient(architecture, examples, start, batch),
            Gradient(architecture, examples, start, validation), ref scale);
        influences.Sum().ShouldBe(expected, 1e-5 * scale);
        Math.Abs(expected).ShouldBeGreaterThan(1e-4 * scale);
        foreach (var width in Enum.GetValues<VectorWidth>().Where(VectorWidths.Allows))
            Influences(architecture, examples, start, batch, validation, width, threads: 1).ShouldBe(influences, width.ToString());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Influences_have_the_same_bits_for_every_width_and_number_of_threads(int number)
    {
        var architecture = Shapes[number];
        var examples = Samples.Examples(architecture, 24, (ulong)number);
        var start = Initialisation.Draw(architecture, 4);
        int[] batch = [.. Enumerable.Range(0, 17)], validation = [.. Enumerable.Range(17, 7)];
        var plain = Influences(architecture, examples, start, batch, validation, VectorWidth.Scalar, threads: 1);
        foreach (var width in Enum.GetValues<VectorWidth>().Where(VectorWidths.Allows))
            foreach (var threads in new[] { 1, 2, 3 })
                Influences(architecture, examples, start, batch, validation, width, threads).ShouldBe(plain, $"{width}, {threads} threads");
    }

    /// <summary>The scalar chain that the class promises, written down once more.</summary>
    [Fact]
    public unsafe void A_sum_of_products_is_sixteen_chains_folded_in_halves()
    {
        foreach (var (rows, count) in new[] { (1, 1), (3, 15), (2, 16), (5, 17), (4, 53) })
        {
            float[] a = Samples.Floats(rows * count + 64, 1), b = Samples.Floats(rows * count + 64, 2);
            var chains = new float[16];
            for (var row = 0; row < rows; row++)
                for (var i = 0; i < count; i++)
                    chains[i % 16] = Ieee.FusedMultiplyAdd(a[row * count + i], b[row * count + i], chains[i % 16]);
            for (var half = 8; half > 0; half /= 2)
                for (var j = 0; j < half; j++)
                    chains[j] += chains[j + half];
            fixed (float* pa = a, pb = b)
                InnerProduct<LanesScalar, float>.Of(pa, count, pb, count, rows, count).ShouldBe(chains[0]);
        }
    }

    private static double[] Influences(Architecture architecture, ExampleSet examples, Checkpoint start, int[] batch, int[] validation,
        VectorWidth width, int threads)
    {
        using var network = Network.Create(architecture, Math.Max(batch.Length, validation.Length), threads, width: width);
        network.Load(start, null);
        network.PrepareInfluences();
        var influences = new double[batch.Length];
        // What a former batch and direction left behind must not show.
        network.Aim(examples, [3, 4], 1);
        network.Train(examples, batch, new Optimiser(0f), 1, influences);
        network.Aim(examples, validation, 1);
        network.Train(examples, batch, new Optimiser(0f), 1, influences);
        return influences;
    }

    private static Checkpoint Gradient(Architecture architecture, ExampleSet examples, Checkpoint start, int[] batch)
    {
        using var network = Network.Create(architecture, batch.Length, 1);
        network.Load(start, null);
        network.Train(examples, batch, new Optimiser(0f), 1);
        return network.Gradients();
    }

    private static double Inner(Checkpoint a, Checkpoint b, ref double scale)
    {
        var (sum, size) = (0.0, 0.0);
        foreach (var tensor in a.Tensors)
        {
            var (x, y) = (tensor.Values.ToArray(), b.Find(tensor.Name)!.Values.ToArray());
            for (var i = 0; i < x.Length; i++) (sum, size) = (sum + (double)x[i] * y[i], size + Math.Abs((double)x[i] * y[i]));
        }

        scale = Math.Max(scale, size);
        return sum;
    }
}
