using DataBright.Learning.Checkpoints;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Training;

/// <summary>Every gradient is compared with the slope of the loss, measured by moving one parameter both ways.</summary>
public sealed class GradientTests
{
    private const float Step = 1f / 512;
    private static readonly Optimiser Still = new(float.Epsilon);

    public static TheoryData<string> Stacks =>
        ["convolution", "padded convolution", "strided convolution", "pool", "average pool", "global average", "dense", "relu", "gelu",
            "tanh", "layer norm", "batch norm", "dropout", "residual", "attention", "regression", "all"];

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Gradients_are_the_slopes_of_the_loss(string stack)
    {
        var architecture = Build(stack);
        var examples = Samples.Examples(architecture, 6, seed: 5);
        var start = Parameters(architecture);
        var hasKinks = stack is "pool" or "relu" or "all";
        var (middle, gradients) = Gradient(architecture, start, examples);

        foreach (var tensor in start.Tensors.Where(tensor => gradients.Find(tensor.Name) is not null))
        {
            var slopes = gradients.Find(tensor.Name)!.Values.ToArray();
            slopes.ShouldContain(slope => slope != 0);
            var (looked, compared) = (0, 0);
            for (var i = 0; i < slopes.Length; i += 1 + slopes.Length / 40)
            {
                var up = Gradient(architecture, Moved(start, tensor.Name, i, Step), examples).Loss;
                var down = Gradient(architecture, Moved(start, tensor.Name, i, -Step), examples).Loss;
                looked++;
                // A rectifier or a maximum that changes sides within the step has two slopes; there is nothing to compare then.
                if (hasKinks && Math.Abs((double)up - middle - (middle - (double)down)) > 1e-3 * Step) continue;
                compared++;
                ((double)slopes[i]).ShouldBe((up - (double)down) / (2 * Step), 6e-4 + 2e-3 * Math.Abs(slopes[i]), $"{tensor.Name}[{i}]");
            }

            compared.ShouldBeGreaterThan(looked / 2, tensor.Name);
        }
    }

    private static Architecture Build(string stack)
    {
        var input = new ExampleShape(2, 5, 6);
        Layer[] last = [new Flatten("flat"), new Dense("last", 3)];
        if (stack == "attention")
            return new Architecture("stack", new ExampleShape(1, 1, 5),
                [new Embedding("e", 7, 6), new SelfAttention("s", 2), new LayerNorm("n"), new GlobalAverage("g"), new Dense("last", 3)]);
        if (stack == "regression") return new Architecture("stack", input, [new Convolution("a", 3, 3, 0), .. last], Loss.MeanSquaredError);
        Layer[] body = stack switch
        {
            "convolution" => [new Convolution("a", 3, 3, 0)],
            "padded convolution" => [new Convolution("a", 3, 3, 2), new Convolution("b", 4, 2, 1)],
            "strided convolution" => [new Convolution("a", 3, 3, 1, Stride: 2), new Convolution("b", 4, 2, 1, Stride: 3, HasBias: false)],
            "average pool" => [new Convolution("a", 3, 1, 0), new AveragePool("p", 2), new Convolution("b", 3, 1, 0)],
            "global average" => [new Convolution("a", 7, 2, 0), new GlobalAverage("p")],
            "gelu" => [new Convolution("a", 3, 3, 1), new Gelu("g"), new Convolution("b", 3, 1, 0)],
            "tanh" => [new Convolution("a", 3, 3, 1), new Tanh("t"), new Convolution("b", 3, 1, 0)],
            "layer norm" => [new Convolution("a", 5, 3, 1), new LayerNorm("n"), new Convolution("b", 3, 1, 0), new Flatten("f"),
                new LayerNorm("m")],
            "batch norm" => [new Convolution("a", 5, 3, 1, HasBias: false), new BatchNorm("n"), new Convolution("b", 3, 1, 0)],
            "dropout" => [new Convolution("a", 5, 3, 1), new Dropout("d", 0.4f), new Convolution("b", 3, 1, 0), new Dropout("c", 0.1f)],
            "residual" =>
                [new Residual("r", [new Convolution("a", 4, 3, 1), new Tanh("t"), new Residual("inner", [new Convolution("b", 4, 1, 0)])],
                    [new Convolution("c", 4, 1, 0)]), new Residual("q", [new Gelu("g"), new Convolution("d", 4, 1, 0)])],
            "pool" => [new Convolution("a", 3, 1, 0), new MaxPool("p", 2)],
            "dense" => [new Flatten("first"), new Dense("a", 7), new Dense("b", 5)],
            "relu" => [new Relu("r"), new Convolution("a", 3, 3, 1), new Relu("s")],
            _ => [new Convolution("a", 3, 3, 1), new Relu("r"), new MaxPool("p", 2), new Convolution("b", 4, 2, 1), new Relu("s")],
        };
        return new Architecture("stack", input, [.. body, .. last]);
    }

    private static (float Loss, Checkpoint Gradients) Gradient(Architecture architecture, Checkpoint parameters,
        DataBright.Learning.Examples.ExampleSet examples)
    {
        using var network = Network.Create(architecture, examples.Count, 1);
        network.Load(parameters, null);
        var loss = network.Train(examples, [.. Enumerable.Range(0, examples.Count)], Still, 1);
        return (loss, network.Gradients());
    }

    private static Checkpoint Parameters(Architecture architecture) =>
        new(architecture.Parameters.Select((p,
            i) => new Tensor(p.Name, p.Dimensions, [.. Samples.Floats(p.Count, 100 + (ulong)i).Select(v => v * 0.4f)])));

    private static Checkpoint Moved(Checkpoint start, string name, int index, float by) =>
        new(start.Tensors.Select(t =>
        {
            var values = t.Values.ToArray();
            if (t.Name == name) values[index] += by;
            return new Tensor(t.Name, t.Shape, values);
        }));
}
