using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Tests.Layers;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests;

/// <summary>
/// The slow twin of the engine: every value computed by itself, in plain loops, as the rule of reproducibility states it. Maps are kept
/// row × column × channel; products run over (row, column, channel) of their operand in ascending order.
/// </summary>
internal sealed partial class PlainNetwork
{
    /// <summary>What a layer made, and how it makes gradients of its input from those of what it made.</summary>
    internal readonly record struct Made(float[] Values, Func<float[], float[]> Back);

    private readonly Architecture _architecture;
    private readonly Dictionary<string, float[]> _parameters = [];
    private readonly Dictionary<string, float[]> _momentum = [];
    private readonly Dictionary<string, float[]> _secondMoment = [];
    private readonly Dictionary<string, float[]> _gradients = [];
    private readonly List<Action> _commits = [];
    private bool _isTraining;
    private ulong _seed;
    private long _step;
    private int _dropouts;
    private int _count;

    public PlainNetwork(Architecture architecture)
    {
        _architecture = architecture;
        foreach (var parameter in architecture.Parameters)
        {
            _parameters[parameter.Name] = new float[parameter.Count];
            _momentum[parameter.Name] = new float[parameter.Count];
            _secondMoment[parameter.Name] = new float[parameter.Count];
            _gradients[parameter.Name] = new float[parameter.Count];
        }
    }

    private IEnumerable<ParameterShape> Trained => _architecture.Parameters.Where(parameter => parameter.IsTrained);

    public void Load(Checkpoint parameters, Checkpoint? momentum)
    {
        foreach (var shape in _architecture.Parameters) parameters.Find(shape.Name)!.Values.CopyTo(_parameters[shape.Name]);
        foreach (var shape in Trained) momentum?.Find(shape.Name)!.Values.CopyTo(_momentum[shape.Name]);
    }

    /// <summary>The values of a parameter, and where the gradient of it goes.</summary>
    public (float[] Values, float[] Gradient) Parameter(string name) => (_parameters[name], _gradients[name]);

    public Checkpoint Parameters() => Copy(_architecture.Parameters, _parameters);

    public Checkpoint Momentum() => Copy(Trained, _momentum);

    public Checkpoint SecondMoment() => Copy(Trained, _secondMoment);

    public Checkpoint Gradients() => Copy(Trained, _gradients);

    public float Train(ExampleSet examples, ReadOnlySpan<int> batch, StepRule rule, ulong seed, long step)
    {
        (_isTraining, _seed, _step) = (true, seed, step);
        var made = Forward(examples, batch);
        var (loss, gradient) = Measure(made.Values, examples, batch);
        if (!float.IsFinite(loss)) throw new TrainingDivergedException(step, "the loss");
        made.Back(gradient);
        if (Trained.Any(shape => !_gradients[shape.Name].All(float.IsFinite))) throw new TrainingDivergedException(step, "a gradient");
        if (rule.ClipNorm > 0) Clip(rule.ClipNorm);
        foreach (var shape in Trained)
            Descend(_parameters[shape.Name], _momentum[shape.Name], _secondMoment[shape.Name], _gradients[shape.Name], rule);
        _commits.ForEach(commit => commit());
        return loss;
    }

    public float[] Evaluate(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        _isTraining = false;
        return Forward(examples, batch).Values;
    }

    public int Classify(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        var scores = Evaluate(examples, batch);
        var classes = _architecture.Classes;
        var correct = 0;
        for (var n = 0; n < batch.Length; n++)
        {
            var best = 0;
            for (var c = 1; c < classes; c++)
                if (scores[n * classes + c] > scores[n * classes + best])
                    best = c;
            if (best == examples.Labels.Span[batch[n]]) correct++;
        }

        return correct;
    }

    private static Checkpoint Copy(IEnumerable<ParameterShape> shapes, Dictionary<string, float[]> values) =>
        new(shapes.Select(parameter => new Tensor(parameter.Name, parameter.Dimensions, [.. values[parameter.Name]])));

    private Made Forward(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        (_count, _dropouts) = (batch.Length, 0);
        _commits.Clear();
        return Walk(_architecture.Nodes, Gather(examples, batch, _architecture.Input));
    }

    private Made Walk(IReadOnlyList<LayerNode> nodes, float[] input)
    {
        var backs = new List<Func<float[], float[]>>();
        foreach (var node in nodes)
        {
            (input, var back) = Run(node, input);
            backs.Add(back);
        }

        return new Made(input, gradient => backs.AsEnumerable().Reverse().Aggregate(gradient, (upstream, back) => back(upstream)));
    }

    private Made Run(LayerNode node, float[] x) => node.Layer switch
    {
        Convolution layer => new(Convolve(layer, layer.Name, node.Input, node.Output, x),
            g => ConvolveBack(layer, layer.Name, node.Input, node.Output, x, g)),
        Dense layer => new(Multiply(layer, node.Order, x), g => MultiplyBack(layer, node.Order, x, g)),
        MaxPool layer => new(Pool(layer, node.Input, node.Output, x, _count), g => PoolBack(layer, node.Input, node.Output, x, g, _count)),
        AveragePool layer => new(Average(layer.Size, layer.Size, node.Input, node.Output, x),
            g => AverageBack(layer.Size, layer.Size, node.Input, node.Output, g)),
        GlobalAverage => new(Average(node.Input.Height, node.Input.Width, node.Input, node.Output, x),
            g => AverageBack(node.Input.Height, node.Input.Width, node.Input, node.Output, g)),
        Relu => new(Array.ConvertAll(x, v => v <= 0 ? 0f : v), g => [.. x.Select((v, k) => v <= 0 ? 0f : g[k])]),
        Tanh => Squash(x),
        LayerNorm => NormaliseLayer(node, x),
        BatchNorm => NormaliseBatch(node, x),
        Dropout layer => Thin(layer, x),
        Embedding layer => Embed(layer, x),
        SelfAttention layer => Attend(layer, node, x),
        Residual => Branch(node, x),
        Flatten => new(x, g => g),
        _ => LayerPart.Find(part => part.Layer == node.Layer.GetType())?.Run(node, x, this)
            ?? throw new NotSupportedException($"The twin has no {node.Layer.GetType().Name}."),
    };

    private static float[] Gather(ExampleSet examples, ReadOnlySpan<int> batch, ExampleShape shape)
    {
        var map = new float[batch.Length * shape.Size];
        for (var n = 0; n < batch.Length; n++)
            for (var c = 0; c < shape.Channels; c++)
                for (var y = 0; y < shape.Height; y++)
                    for (var x = 0; x < shape.Width; x++)
                        map[At(shape, n, y, x, c)] = examples[batch[n]][(c * shape.Height + y) * shape.Width + x];
        return map;
    }

    private float[] Convolve(Convolution layer, string name, ExampleShape shape, ExampleShape result, float[] input)
    {
        var (weight, bias) = (_parameters[name + ".weight"], layer.HasBias ? _parameters[name + ".bias"] : new float[layer.Channels]);
        var output = new float[_count * result.Size];
        for (var n = 0; n < _count; n++)
            for (var y = 0; y < result.Height; y++)
                for (var x = 0; x < result.Width; x++)
                    for (var o = 0; o < result.Channels; o++)
                    {
                        var sum = 0f;
                        for (var ky = 0; ky < layer.Kernel; ky++)
                            for (var kx = 0; kx < layer.Kernel; kx++)
                                for (var c = 0; c < shape.Channels; c++)
                                    sum = Ieee.FusedMultiplyAdd(Padded(shape, input, n, y * layer.Stride + ky - layer.Padding,
                                        x * layer.Stride + kx - layer.Padding, c),
                                        weight[((o * shape.Channels + c) * layer.Kernel + ky) * layer.Kernel + kx], sum);
                        output[At(result, n, y, x, o)] = sum + bias[o];
                    }

        return output;
    }

    private float[] ConvolveBack(Convolution layer, string name, ExampleShape shape, ExampleShape result, float[] input, float[] upstream)
    {
        var weight = _parameters[name + ".weight"];
        var weightGradient = _gradients[name + ".weight"];
        for (var o = 0; o < result.Channels; o++)
        {
            for (var c = 0; c < shape.Channels; c++)
                for (var ky = 0; ky < layer.Kernel; ky++)
                    for (var kx = 0; kx < layer.Kernel; kx++)
                    {
                        var sum = 0f;
                        for (var n = 0; n < _count; n++)
                            for (var y = 0; y < result.Height; y++)
                                for (var x = 0; x < result.Width; x++)
                                    sum = Ieee.FusedMultiplyAdd(Padded(shape, input, n, y * layer.Stride + ky - layer.Padding,
                                        x * layer.Stride + kx - layer.Padding, c), upstream[At(result, n, y, x, o)], sum);
                        weightGradient[((o * shape.Channels + c) * layer.Kernel + ky) * layer.Kernel + kx] = sum;
                    }

            var total = 0f;
            for (var n = 0; n < _count; n++)
                for (var y = 0; y < result.Height; y++)
                    for (var x = 0; x < result.Width; x++)
                        total += upstream[At(result, n, y, x, o)];
            if (layer.HasBias) _gradients[name + ".bias"][o] = total;
        }

        var gradient = new float[_count * shape.Size];
        for (var n = 0; n < _count; n++)
            for (var y = 0; y < shape.Height; y++)
                for (var x = 0; x < shape.Width; x++)
                    for (var c = 0; c < shape.Channels; c++)
                    {
                        var sum = 0f;
                        for (var ky = layer.Kernel - 1; ky >= 0; ky--)
                            for (var kx = layer.Kernel - 1; kx >= 0; kx--)
                                for (var o = 0; o < result.Channels; o++)
                                    sum = Ieee.FusedMultiplyAdd(Spread(layer, result, upstream, n, y + layer.Padding - ky, x + layer.Padding
                                        - kx, o), weight[((o * shape.Channels + c) * layer.Kernel + ky) * layer.Kernel + kx], sum);
                        gradient[At(shape, n, y, x, c)] = sum;
                    }

        return gradient;
    }

    /// <summary>Output gradients with stride − 1 zeros between them and zeros around.</summary>
    private static float Spread(Convolution layer, ExampleShape result, float[] upstream, int n, int y, int x, int o) =>
        y % layer.Stride != 0 || x % layer.Stride != 0 ? 0f : Padded(result, upstream, n, y / layer.Stride, x / layer.Stride, o);

    private float[] Multiply(Dense layer, ExampleShape order, float[] input)
    {
        var (weight, bias) = (_parameters[layer.Name + ".weight"], _parameters[layer.Name + ".bias"]);
        var (inputs, column) = (order.Size, Columns(order));
        var output = new float[_count * layer.Units];
        for (var n = 0; n < _count; n++)
            for (var o = 0; o < layer.Units; o++)
            {
                var sum = 0f;
                for (var k = 0; k < inputs; k++) sum = Ieee.FusedMultiplyAdd(input[n * inputs + k], weight[o * inputs + column[k]], sum);
                output[n * layer.Units + o] = sum + bias[o];
            }

        return output;
    }

    private float[] MultiplyBack(Dense layer, ExampleShape order, float[] input, float[] upstream)
    {
        var weight = _parameters[layer.Name + ".weight"];
        var (weightGradient, biasGradient) = (_gradients[layer.Name + ".weight"], _gradients[layer.Name + ".bias"]);
        var (inputs, column) = (order.Size, Columns(order));
        for (var o = 0; o < layer.Units; o++)
        {
            for (var k = 0; k < inputs; k++)
            {
                var sum = 0f;
                for (var n = 0; n < _count; n++) sum = Ieee.FusedMultiplyAdd(input[n * inputs + k], upstream[n * layer.Units + o], sum);
                weightGradient[o * inputs + column[k]] = sum;
            }

            var total = 0f;
            for (var n = 0; n < _count; n++) total += upstream[n * layer.Units + o];
            biasGradient[o] = total;
        }

        var gradient = new float[_count * inputs];
        for (var n = 0; n < _count; n++)
            for (var k = 0; k < inputs; k++)
            {
                var sum = 0f;
                for (var o = 0; o < layer.Units; o++)
                    sum = Ieee.FusedMultiplyAdd(upstream[n * layer.Units + o], weight[o * inputs + column[k]], sum);
                gradient[n * inputs + k] = sum;
            }

        return gradient;
    }

    /// <summary>Where a flat feature in (row, column, channel) order stands in the (channel, row, column) order of checkpoints.</summary>
    private static int[] Columns(ExampleShape shape)
    {
        var columns = new int[shape.Size];
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
                for (var c = 0; c < shape.Channels; c++)
                    columns[(y * shape.Width + x) * shape.Channels + c] = (c * shape.Height + y) * shape.Width + x;
        return columns;
    }

    private static float[] Pool(MaxPool layer, ExampleShape shape, ExampleShape result, float[] input, int count)
    {
        var output = new float[count * result.Size];
        for (var n = 0; n < count; n++)
            for (var y = 0; y < result.Height; y++)
                for (var x = 0; x < result.Width; x++)
                    for (var c = 0; c < result.Channels; c++)
                        output[At(result, n, y, x, c)] = input[Largest(layer.Size, shape, input, n, y, x, c)];
        return output;
    }

    private static float[] PoolBack(MaxPool layer, ExampleShape shape, ExampleShape result, float[] input, float[] upstream, int count)
    {
        var gradient = new float[count * shape.Size];
        for (var n = 0; n < count; n++)
            for (var y = 0; y < result.Height; y++)
                for (var x = 0; x < result.Width; x++)
                    for (var c = 0; c < result.Channels; c++)
                        gradient[Largest(layer.Size, shape, input, n, y, x, c)] = upstream[At(result, n, y, x, c)];
        return gradient;
    }

    private static int Largest(int size, ExampleShape shape, float[] input, int n, int y, int x, int c)
    {
        var best = At(shape, n, y * size, x * size, c);
        for (var dy = 0; dy < size; dy++)
            for (var dx = 0; dx < size; dx++)
                if (At(shape, n, y * size + dy, x * size + dx, c) is var place && input[place] > input[best])
                    best = place;
        return best;
    }

    private static int At(ExampleShape shape, int n, int y, int x, int c) =>
        ((n * shape.Height + y) * shape.Width + x) * shape.Channels + c;

    private static float Padded(ExampleShape shape, float[] map, int n, int y, int x, int c) =>
        y < 0 || y >= shape.Height || x < 0 || x >= shape.Width ? 0f : map[At(shape, n, y, x, c)];
}
