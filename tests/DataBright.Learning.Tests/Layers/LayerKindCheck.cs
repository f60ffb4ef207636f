using System.Text.Json;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tensor = DataBright.Learning.Checkpoints.Tensor;

namespace DataBright.Learning.Tests.Layers;

/// <summary>Every part of a kind of layer on a sample of it. What fails names the kind and the part.</summary>
/// <param name="kind">The kind.</param>
/// <param name="kinds">The table it is in.</param>
/// <param name="input">The shape of an example.</param>
/// <param name="layers">Layers, the last one of the kind.</param>
internal sealed class LayerKindCheck(LayerKind kind, LayerKinds kinds, ExampleShape input, Layer[] layers)
{
    private const int Count = 6;

    /// <summary>So small that a maximum or a rectifier hardly ever changes sides within it.</summary>
    private const float Step = 1f / 4096;

    public void Run()
    {
        Part("document", Document);
        Part("step", StepsAreTheSameEverywhere);
        Part("gradient", GradientsAreSlopes);
        Part("influence", InfluencesAddUp);
        Part("ONNX", OnnxRuntimeAgrees);
    }

    private void Part(string part, Action check)
    {
        try
        {
            check();
        }
        catch (Exception fault)
        {
            throw new ShouldAssertException($"layer kind '{kind.Name}', {part}: {fault.Message}", fault);
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new ShouldAssertException(otherwise);
    }

    private Architecture Net(params Layer[] after) =>
        new("sample", input, [.. layers, .. after, new Flatten("last-flat"), new Dense("last", 3)], Loss.SoftmaxCrossEntropy, kinds);

    /// <summary>With a rectifier after the layer, and where that is possible a convolution that wants a border.</summary>
    private Architecture Rough()
    {
        var isMap = Net().Nodes[layers.Length - 1].Next.FlattenedBy is null;
        return isMap ? Net(new Relu("after"), new Convolution("border", 4, 2, 1)) : Net(new Relu("after"));
    }

    private void Document()
    {
        var net = Net();
        var read = Architecture.Parse(net.ToJson(), "sample", kinds);
        foreach (var (ours, theirs) in net.Layers.Zip(read.Layers)) RequireSame(ours, theirs);
        Require(read.ToJson() == net.ToJson(), "what is read is written otherwise");

        using var json = JsonDocument.Parse(net.ToJson());
        var layer = json.RootElement.GetProperty("layers")[layers.Length - 1];
        foreach (var property in kind.Properties)
            Require(layer.TryGetProperty(property, out _), $"the sample does not state '{property}', or states its usual value");
    }

    /// <summary>Records compare lists by reference, so their properties are compared one by one.</summary>
    private static void RequireSame(Layer written, Layer read)
    {
        Require(written.GetType() == read.GetType(), $"a {written.GetType().Name} is read as a {read.GetType().Name}");
        foreach (var property in written.GetType().GetProperties())
        {
            var (ours, theirs) = (property.GetValue(written), property.GetValue(read));
            if (ours is not IReadOnlyList<Layer> inner)
            {
                Require(Equals(ours, theirs), $"{property.Name} is {ours} and is read as {theirs}");
                continue;
            }

            var others = (IReadOnlyList<Layer>)theirs!;
            Require(inner.Count == others.Count, $"{property.Name} has {inner.Count} layers and is read with {others.Count}");
            for (var i = 0; i < inner.Count; i++) RequireSame(inner[i], others[i]);
        }
    }

    private void StepsAreTheSameEverywhere()
    {
        foreach (var net in new[] { Net(), Rough() })
        {
            var start = Parameters(net);
            var widths = Enum.GetValues<VectorWidth>().Where(VectorWidths.Allows);
            var hashes = widths.SelectMany(width => new[] { 1, 3 }.Select(threads => Trained(net, start, width, threads)));
            Require(hashes.Distinct().Count() == 1, "the width of vectors or the number of threads changes bits");
        }
    }

    private static Digest Trained(Architecture net, Checkpoint start, VectorWidth width, int threads)
    {
        using var network = Network.Create(net, Count, threads, Upkeep.TwoMoments, width);
        network.Load(start, null);
        for (var step = 1; step <= 3; step++) network.Train(Examples(net), Batch, Optimiser.Adam(0.01f), step);
        var end = network.Parameters();
        foreach (var tensor in end.Tensors)
            Require(!tensor.Values.Span.SequenceEqual(start.Find(tensor.Name)!.Values.Span), $"'{tensor.Name}' is not trained");
        return network.StateHash(3);
    }

    /// <summary>Along a direction in each tensor: the slope of the loss, and the inner product with its gradient.</summary>
    private void GradientsAreSlopes()
    {
        var net = Net();
        var start = Parameters(net);
        var gradients = Gradient(net, start).Gradients;
        foreach (var gradient in gradients.Tensors)
        {
            var direction = Samples.Floats(gradient.Values.Length, 77);
            var expected = gradient.Values.ToArray().Zip(direction, (g, d) => (double)g * d).Sum();
            double up = LossAt(Step), down = LossAt(-Step), slope = (up - down) / (2 * Step);
            Require(
                Math.Abs(expected - slope) < 2e-3 + 0.02 * Math.Abs(slope),
                $"along '{gradient.Name}' the loss has slope {slope}, not {expected}");

            double LossAt(float by) => Gradient(net, Moved(start, gradient.Name, direction, by)).Loss;
        }
    }

    private void InfluencesAddUp()
    {
        var net = Net();
        var start = Parameters(net);
        var gradients = Gradient(net, start).Gradients;
        using var network = Network.Create(net, Count, 2);
        network.Load(start, null);
        network.PrepareInfluences();
        network.Aim(Examples(net), Batch, 1);
        var influences = new double[Count];
        network.Train(Examples(net), Batch, new Optimiser(float.Epsilon), 1, influences);
        var square = gradients.Tensors.Sum(tensor => tensor.Values.ToArray().Sum(value => (double)value * value));
        // The direction is the gradient of the same batch.
        Require(Math.Abs(influences.Sum() - square) < 1e-4 * square,
            $"the examples' influences add up to {influences.Sum()}, not {square}");
    }

    private void OnnxRuntimeAgrees()
    {
        foreach (var net in new[] { Net(), Rough() })
        {
            var (examples, parameters) = (Examples(net), Parameters(net));
            var ours = Evaluation.Outputs(net, parameters, examples);
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            using var session = new InferenceSession(OnnxModel.Write(net, parameters), options);
            var tensor = new DenseTensor<float>(examples.Features.ToArray(), [Count, input.Channels, input.Height, input.Width]);
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(OnnxModel.Input, tensor)]);
            var theirs = results.ShouldHaveSingleItem().AsTensor<float>().ToArray();
            var size = ours.Max(Math.Abs);
            for (var i = 0; i < ours.Length; i++)
                Require(Math.Abs(theirs[i] - ours[i]) < 2e-5f * size + 1e-6f, $"output {i} is {ours[i]}, that of ONNX Runtime {theirs[i]}");
        }
    }

    private static int[] Batch => [.. Enumerable.Range(0, Count)];

    private static ExampleSet Examples(Architecture net) => Samples.Examples(net, Count, seed: 5);

    private static (float Loss, Checkpoint Gradients) Gradient(Architecture net, Checkpoint parameters)
    {
        using var network = Network.Create(net, Count, 1);
        network.Load(parameters, null);
        return (network.Train(Examples(net), Batch, new Optimiser(float.Epsilon), 1), network.Gradients());
    }

    /// <summary>Values around what tensors start from, and apart from it: a scale that is left out shows.</summary>
    private static Checkpoint Parameters(Architecture net) => new(net.Parameters.Select((parameter, number) => new Tensor(
        parameter.Name, parameter.Dimensions,
        [.. Samples.Floats(parameter.Count, 100 + (ulong)number)
            .Select(v => 0.4f * v + (parameter.Start == ParameterStart.One ? 1f : 0f))])));

    private static Checkpoint Moved(Checkpoint start, string name, float[] direction, float by) => new(start.Tensors.Select(tensor =>
    {
        if (tensor.Name != name) return tensor;
        return new Tensor(name, tensor.Shape, [.. tensor.Values.ToArray().Select((value, i) => value + by * direction[i])]);
    }));
}
