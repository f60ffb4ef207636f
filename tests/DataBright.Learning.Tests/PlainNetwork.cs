using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests;

/// <summary>
/// The slow twin of the engine: every value computed by itself, in plain loops, as the rule of reproducibility states it. Maps are kept
/// row × column × channel; products run over (row, column, channel) of their operand in ascending order.
/// </summary>
internal sealed class PlainNetwork
{
    private readonly Architecture _architecture;
    private readonly Dictionary<string, float[]> _parameters = [];
    private readonly Dictionary<string, float[]> _momentum = [];
    private readonly Dictionary<string, float[]> _gradients = [];

    public PlainNetwork(Architecture architecture)
    {
        _architecture = architecture;
        foreach (var parameter in architecture.Parameters)
        {
            _parameters[parameter.Name] = new float[parameter.Count];
            _momentum[parameter.Name] = new float[parameter.Count];
            _gradients[parameter.Name] = new float[parameter.Count];
        }
    }

    public void Load(Checkpoint parameters, Checkpoint? momentum)
    {
        foreach (var shape in _architecture.Parameters)
        {
            parameters.Find(shape.Name)!.Values.CopyTo(_parameters[shape.Name]);
            momentum?.Find(shape.Name)!.Values.CopyTo(_momentum[shape.Name]);
        }
    }

    public Checkpoint Parameters() => Copy(_parameters);

    public Checkpoint Momentum() => Copy(_momentum);

    public float Train(ExampleSet examples, ReadOnlySpan<int> batch, Optimiser optimiser, long step)
    {
        var maps = Forward(examples, batch);
        var labels = new int[batch.Length];
        for (var n = 0; n < batch.Length; n++) labels[n] = examples.Labels.Span[batch[n]];
        var (loss, gradient) = CrossEntropy(maps[^1], labels, _architecture.Classes);
        if (!float.IsFinite(loss)) throw new TrainingDivergedException(step, "the loss");
        Backward(maps, gradient, batch.Length);
        if (_gradients.Values.Any(values => !values.All(float.IsFinite))) throw new TrainingDivergedException(step, "a gradient");
        foreach (var name in _parameters.Keys) Descend(_parameters[name], _momentum[name], _gradients[name], optimiser);
        return loss;
    }

    public int Classify(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        var scores = Forward(examples, batch)[^1];
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

    public Checkpoint Gradients() => Copy(_gradients);

    private Checkpoint Copy(Dictionary<string, float[]> values) =>
        new(_architecture.Parameters.Select(parameter => new Tensor(parameter.Name, parameter.Dimensions, [.. values[parameter.Name]])));

    private List<float[]> Forward(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        var shape = _architecture.Input;
        var maps = new List<float[]> { Gather(examples, batch, shape) };
        for (var i = 0; i < _architecture.Layers.Count; i++)
        {
            var input = maps[^1];
            maps.Add(_architecture.Layers[i] switch
            {
                Convolution layer => Convolve(layer, shape, _architecture.Outputs[i], input, batch.Length),
                Dense layer => Multiply(layer, i, shape.Size, input, batch.Length),
                MaxPool layer => Pool(layer, shape, _architecture.Outputs[i], input, batch.Length),
                Relu => Array.ConvertAll(input, x => x <= 0 ? 0f : x),
                _ => input,
            });
            shape = _architecture.Outputs[i];
        }

        return maps;
    }

    private void Backward(List<float[]> maps, float[] gradient, int count)
    {
        for (var i = _architecture.Layers.Count - 1; i >= 0; i--)
        {
            var shape = i == 0 ? _architecture.Input : _architecture.Outputs[i - 1];
            var (input, output, upstream) = (maps[i], maps[i + 1], gradient);
            gradient = _architecture.Layers[i] switch
            {
                Convolution layer => ConvolveBack(layer, shape, _architecture.Outputs[i], input, gradient, count),
                Dense layer => MultiplyBack(layer, i, shape.Size, input, gradient, count),
                MaxPool layer => PoolBack(layer, shape, _architecture.Outputs[i], input, gradient, count),
                Relu => [.. output.Select((y, k) => y <= 0 ? 0f : upstream[k])],
                _ => gradient,
            };
        }
    }

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

    private float[] Convolve(Convolution layer, ExampleShape shape, ExampleShape result, float[] input, int count)
    {
        var (weight, bias) = (_parameters[layer.Name + ".weight"], _parameters[layer.Name + ".bias"]);
        var output = new float[count * result.Size];
        for (var n = 0; n < count; n++)
            for (var y = 0; y < result.Height; y++)
                for (var x = 0; x < result.Width; x++)
                    for (var o = 0; o < result.Channels; o++)
                    {
                        var sum = 0f;
                        for (var ky = 0; ky < layer.Kernel; ky++)
                            for (var kx = 0; kx < layer.Kernel; kx++)
                                for (var c = 0; c < shape.Channels; c++)
                                    sum = Ieee.FusedMultiplyAdd(Padded(shape, input, n, y + ky - layer.Padding, x + kx - layer.Padding, c), weight[((o * shape.Channels + c) * layer.Kernel + ky) * layer.Kernel + kx], sum);
                        output[At(result, n, y, x, o)] = sum + bias[o];
                    }

        return output;
    }

    private float[] ConvolveBack(Convolution layer, ExampleShape shape, ExampleShape result, float[] input, float[] upstream, int count)
    {
        var weight = _parameters[layer.Name + ".weight"];
        var (weightGradient, biasGradient) = (_gradients[layer.Name + ".weight"], _gradients[layer.Name + ".bias"]);
        for (var o = 0; o < result.Channels; o++)
        {
            for (var c = 0; c < shape.Channels; c++)
                for (var ky = 0; ky < layer.Kernel; ky++)
                    for (var kx = 0; kx < layer.Kernel; kx++)
                    {
                        var sum = 0f;
                        for (var n = 0; n < count; n++)
                            for (var y = 0; y < result.Height; y++)
                                for (var x = 0; x < result.Width; x++)
                                    sum = Ieee.FusedMultiplyAdd(Padded(shape, input, n, y + ky - layer.Padding, x + kx - layer.Padding, c), upstream[At(result, n, y, x, o)], sum);
                        weightGradient[((o * shape.Channels + c) * layer.Kernel + ky) * layer.Kernel + kx] = sum;
                    }

            var total = 0f;
            for (var n = 0; n < count; n++)
                for (var y = 0; y < result.Height; y++)
                    for (var x = 0; x < result.Width; x++)
                        total += upstream[At(result, n, y, x, o)];
            biasGradient[o] = total;
        }

        if (ReferenceEquals(layer, _architecture.Layers[0])) return [];
        var gradient = new float[count * shape.Size];
        for (var n = 0; n < count; n++)
            for (var y = 0; y < shape.Height; y++)
                for (var x = 0; x < shape.Width; x++)
                    for (var c = 0; c < shape.Channels; c++)
                    {
                        var sum = 0f;
                        for (var ky = layer.Kernel - 1; ky >= 0; ky--)
                            for (var kx = layer.Kernel - 1; kx >= 0; kx--)
                                for (var o = 0; o < result.Channels; o++)
                                    sum = Ieee.FusedMultiplyAdd(Padded(result, upstream, n, y + layer.Padding - ky, x + layer.Padding - kx, o), weight[((o * shape.Channels + c) * layer.Kernel + ky) * layer.Kernel + kx], sum);
                        gradient[At(shape, n, y, x, c)] = sum;
                    }

        return gradient;
    }

    private float[] Multiply(Dense layer, int index, int inputs, float[] input, int count)
    {
        var (weight, bias) = (_parameters[layer.Name + ".weight"], _parameters[layer.Name + ".bias"]);
        var column = Columns(index);
        var output = new float[count * layer.Units];
        for (var n = 0; n < count; n++)
            for (var o = 0; o < layer.Units; o++)
            {
                var sum = 0f;
                for (var k = 0; k < inputs; k++) sum = Ieee.FusedMultiplyAdd(input[n * inputs + k], weight[o * inputs + column[k]], sum);
                output[n * layer.Units + o] = sum + bias[o];
            }

        return output;
    }

    private float[] MultiplyBack(Dense layer, int index, int inputs, float[] input, float[] upstream, int count)
    {
        var weight = _parameters[layer.Name + ".weight"];
        var (weightGradient, biasGradient) = (_gradients[layer.Name + ".weight"], _gradients[layer.Name + ".bias"]);
        var column = Columns(index);
        for (var o = 0; o < layer.Units; o++)
        {
            for (var k = 0; k < inputs; k++)
            {
                var sum = 0f;
                for (var n = 0; n < count; n++) sum = Ieee.FusedMultiplyAdd(input[n * inputs + k], upstream[n * layer.Units + o], sum);
                weightGradient[o * inputs + column[k]] = sum;
            }

            var total = 0f;
            for (var n = 0; n < count; n++) total += upstream[n * layer.Units + o];
            biasGradient[o] = total;
        }

        var gradient = new float[count * inputs];
        for (var n = 0; n < count; n++)
            for (var k = 0; k < inputs; k++)
            {
                var sum = 0f;
                for (var o = 0; o < layer.Units; o++) sum = Ieee.FusedMultiplyAdd(upstream[n * layer.Units + o], weight[o * inputs + column[k]], sum);
                gradient[n * inputs + k] = sum;
            }

        return gradient;
    }

    /// <summary>Where a flat feature in (row, column, channel) order stands in the (channel, row, column) order of checkpoints.</summary>
    private int[] Columns(int index)
    {
        var shape = _architecture.MapBefore(index);
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

    private static (float Loss, float[] Gradient) CrossEntropy(float[] scores, int[] labels, int classes)
    {
        var gradient = new float[scores.Length];
        var (total, share) = (0f, 1f / labels.Length);
        for (var n = 0; n < labels.Length; n++)
        {
            var row = scores.AsSpan(n * classes, classes);
            var largest = row[0];
            foreach (var score in row)
                if (score > largest)
                    largest = score;
            var exponentials = gradient.AsSpan(n * classes, classes);
            var sum = 0f;
            for (var c = 0; c < classes; c++) sum += exponentials[c] = Elementary.ExpOfNonPositive(row[c] - largest);
            total += Elementary.Log(sum) - (row[labels[n]] - largest);
            for (var c = 0; c < classes; c++) exponentials[c] = (exponentials[c] / sum - (c == labels[n] ? 1f : 0f)) * share;
        }

        return (total / labels.Length, gradient);
    }

    private static void Descend(float[] weights, float[] momentum, float[] gradients, Optimiser rule)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var gradient = Ieee.FusedMultiplyAdd(rule.WeightDecay, weights[i], gradients[i]);
            momentum[i] = Ieee.FusedMultiplyAdd(rule.Momentum, momentum[i], gradient);
            weights[i] = Ieee.FusedMultiplyAdd(-rule.LearningRate, momentum[i], weights[i]);
        }
    }

    private static int At(ExampleShape shape, int n, int y, int x, int c) => ((n * shape.Height + y) * shape.Width + x) * shape.Channels + c;

    private static float Padded(ExampleShape shape, float[] map, int n, int y, int x, int c) =>
        y < 0 || y >= shape.Height || x < 0 || x >= shape.Width ? 0f : map[At(shape, n, y, x, c)];
}
