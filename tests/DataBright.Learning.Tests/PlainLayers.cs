using DataBright.Learning.Arithmetic;
using DataBright.Learning.Layers;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Tests;

/// <summary>Means, normalisation, dropout, embeddings, attention and branches of the slow twin.</summary>
internal sealed partial class PlainNetwork
{
    private float[] Average(int height, int width, ExampleShape shape, ExampleShape result, float[] input)
    {
        var output = new float[_count * result.Size];
        for (var n = 0; n < _count; n++)
            for (var y = 0; y < result.Height; y++)
                for (var x = 0; x < result.Width; x++)
                    for (var c = 0; c < result.Channels; c++)
                    {
                        var sum = 0f;
                        for (var dy = 0; dy < height; dy++)
                            for (var dx = 0; dx < width; dx++)
                                sum += input[At(shape, n, y * height + dy, x * width + dx, c)];
                        output[At(result, n, y, x, c)] = sum / (height * width);
                    }

        return output;
    }

    private float[] AverageBack(int height, int width, ExampleShape shape, ExampleShape result, float[] upstream)
    {
        var gradient = new float[_count * shape.Size];
        for (var n = 0; n < _count; n++)
            for (var y = 0; y < result.Height * height; y++)
                for (var x = 0; x < result.Width * width; x++)
                    for (var c = 0; c < result.Channels; c++)
                        gradient[At(shape, n, y, x, c)] = upstream[At(result, n, y / height, x / width, c)] / (height * width);
        return gradient;
    }

    private static Made Squash(float[] x)
    {
        var y = Array.ConvertAll(x, Elementary.Tanh);
        return new Made(y, g => [.. y.Select((v, k) => Ieee.FusedMultiplyAdd(-v, v, 1f) * g[k])]);
    }

    private Made NormaliseLayer(LayerNode node, float[] x)
    {
        var (channels, column) = (node.Input.Channels, Channels(node));
        var (scale, shift) = (_parameters[node.Layer.Name + ".weight"], _parameters[node.Layer.Name + ".bias"]);
        var rows = x.Length / channels;
        var (y, normal, inverse) = (new float[x.Length], new float[x.Length], new float[rows]);
        for (var r = 0; r < rows; r++)
        {
            var row = x[(r * channels)..((r + 1) * channels)];
            var mean = Fold(row, 0f, (v, sum) => sum + v) / channels;
            inverse[r] = 1f / MathF.Sqrt(Fold(row, 0f, (v, sum) => Ieee.FusedMultiplyAdd(v - mean, v - mean, sum)) / channels + 1e-5f);
            for (var c = 0; c < channels; c++)
            {
                normal[r * channels + c] = (row[c] - mean) * inverse[r];
                y[r * channels + c] = Ieee.FusedMultiplyAdd(normal[r * channels + c], scale[column[c]], shift[column[c]]);
            }
        }

        return new Made(y, g =>
        {
            ChannelGradients(node, normal, g, rows / _count);
            var gradient = new float[x.Length];
            for (var r = 0; r < rows; r++)
            {
                var h = Enumerable.Range(0, channels).Select(c => g[r * channels + c] * scale[column[c]]).ToArray();
                var k = 0;
                var mean = Fold(h, 0f, (v, sum) => sum + v) / channels;
                var slope = Fold(h, 0f, (v, sum) => Ieee.FusedMultiplyAdd(v, normal[r * channels + k++], sum)) / channels;
                for (var c = 0; c < channels; c++)
                    gradient[r * channels + c] = Ieee.FusedMultiplyAdd(normal[r * channels + c], -slope, h[c] - mean) * inverse[r];
            }

            return gradient;
        });
    }

    private Made NormaliseBatch(LayerNode node, float[] x)
    {
        var (channels, column, name) = (node.Input.Channels, Channels(node), node.Layer.Name);
        var positions = node.Input.Size / channels;
        var (scale, shift) = (_parameters[name + ".weight"], _parameters[name + ".bias"]);
        var (runningMean, runningVariance) = (_parameters[name + ".running-mean"], _parameters[name + ".running-variance"]);
        var number = (float)(_count * positions);
        var (y, normal) = (new float[x.Length], new float[x.Length]);
        var factor = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            var (mean, variance) = (runningMean[column[c]], runningVariance[column[c]]);
            if (_isTraining)
            {
                mean = OverExamples(positions, (i, sum) => sum + x[i * channels + c]) / number;
                variance = OverExamples(positions,
                    (i, sum) => Ieee.FusedMultiplyAdd(x[i * channels + c] - mean, x[i * channels + c] - mean, sum)) / number;
                var place = column[c];
                _commits.Add(() =>
                {
                    runningMean[place] = Ieee.FusedMultiplyAdd(0.1f, mean - runningMean[place], runningMean[place]);
                    runningVariance[place] = Ieee.FusedMultiplyAdd(0.1f,
                        variance * (number / Math.Max(number - 1f, 1f)) - runningVariance[place], runningVariance[place]);
                });
            }

            var inverse = 1f / MathF.Sqrt(variance + 1e-5f);
            factor[c] = inverse * scale[column[c]];
            for (var i = c; i < x.Length; i += channels)
            {
                normal[i] = (x[i] - mean) * inverse;
                y[i] = Ieee.FusedMultiplyAdd(x[i] - mean, factor[c], shift[column[c]]);
            }
        }

        return new Made(y, g =>
        {
            ChannelGradients(node, normal, g, positions);
            var (slopes, shifts) = (_gradients[name + ".weight"], _gradients[name + ".bias"]);
            return [.. x.Select((_, i) => Ieee.FusedMultiplyAdd(-normal[i], slopes[column[i % channels]] / number,
                g[i] - shifts[column[i % channels]] / number) * factor[i % channels])];
        });
    }

    private static int[] Channels(LayerNode node) =>
        Columns(node.Order == node.Input ? new ExampleShape(node.Input.Channels, 1, 1) : node.Order);

    private void ChannelGradients(LayerNode node, float[] normal, float[] upstream, int positions)
    {
        var (channels, column) = (node.Input.Channels, Channels(node));
        for (var c = 0; c < channels; c++)
        {
            _gradients[node.Layer.Name + ".weight"][column[c]] = OverExamples(positions,
                (i, sum) => Ieee.FusedMultiplyAdd(upstream[i * channels + c], normal[i * channels + c], sum));
            _gradients[node.Layer.Name + ".bias"][column[c]] = OverExamples(positions, (i, sum) => sum + upstream[i * channels + c]);
        }
    }

    /// <summary>A chain over the positions of each example, then one over the examples.</summary>
    private float OverExamples(int positions, Func<int, float, float> add)
    {
        var total = 0f;
        for (var n = 0; n < _count; n++)
        {
            var sum = 0f;
            for (var i = 0; i < positions; i++) sum = add(n * positions + i, sum);
            total += sum;
        }

        return total;
    }

    private Made Thin(Dropout layer, float[] x)
    {
        var number = (ulong)_dropouts++ << 40;
        if (!_isTraining) return new Made(x, g => g);
        var chance = new Chance(_seed, Purpose.Dropout, (ulong)_step);
        float[] Apply(float[] from) => [.. from.Select((v, i) =>
        {
            var block = chance.Block(number + (ulong)i / 4);
            uint[] words = [block.A, block.B, block.C, block.D];
            return words[i % 4] >= (uint)(layer.Rate * 4294967296.0) ? v * (1f / (1f - layer.Rate)) : 0f;
        })];
        return new Made(Apply(x), Apply);
    }

    private Made Embed(Embedding layer, float[] x)
    {
        var (tokens, places) = (_parameters[layer.Name + ".weight"], _parameters[layer.Name + ".place"]);
        var (size, length) = (layer.Size, places.Length / layer.Size);
        var y = new float[x.Length * size];
        for (var i = 0; i < y.Length; i++) y[i] = tokens[(int)x[i / size] * size + i % size] + places[i / size % length * size + i % size];
        return new Made(y, g =>
        {
            var (tokenGradients, placeGradients) = (_gradients[layer.Name + ".weight"], _gradients[layer.Name + ".place"]);
            Array.Clear(tokenGradients);
            Array.Clear(placeGradients);
            for (var i = 0; i < y.Length; i++)
            {
                tokenGradients[(int)x[i / size] * size + i % size] += g[i];
                placeGradients[i / size % length * size + i % size] += g[i];
            }

            return [];
        });
    }

    private Made Attend(SelfAttention layer, LayerNode node, float[] x)
    {
        var (channels, length, size) = (node.Input.Channels, node.Input.Width, node.Input.Channels / layer.Heads);
        var scale = 1f / MathF.Sqrt(size);
        var wide = node.Input with { Channels = 3 * channels };
        Convolution into = new("in", 3 * channels, 1, 0), back = new("out", channels, 1, 0);
        var projected = Convolve(into, layer.Name + ".in", node.Input, wide, x);
        var shares = new float[_count * layer.Heads * length * length];
        var mixed = new float[x.Length];
        int Wide(int n, int place, int head, int part, int c) => At(wide, n, 0, place, part * channels + head * size + c);
        int Pair(int n, int head, int i, int j) => ((n * layer.Heads + head) * length + i) * length + j;

        for (var n = 0; n < _count; n++)
            for (var head = 0; head < layer.Heads; head++)
                for (var i = 0; i < length; i++)
                {
                    var scores = new float[length];
                    for (var j = 0; j < length; j++)
                    {
                        for (var c = 0; c < size; c++)
                            scores[j] = Ieee.FusedMultiplyAdd(projected[Wide(n, i, head, 0, c)],
                                projected[Wide(n, j, head, 1, c)], scores[j]);
                        scores[j] *= scale;
                    }

                    var largest = scores.Max();
                    var exponentials = Array.ConvertAll(scores, score => Elementary.ExpOfNonPositive(score - largest));
                    var sum = Fold(exponentials, 0f, (e, total) => total + e);
                    for (var j = 0; j < length; j++) shares[Pair(n, head, i, j)] = exponentials[j] / sum;
                    for (var c = 0; c < size; c++)
                    {
                        var value = 0f;
                        for (var j = 0; j < length; j++)
                            value = Ieee.FusedMultiplyAdd(shares[Pair(n, head, i, j)], projected[Wide(n, j, head, 2, c)], value);
                        mixed[At(node.Input, n, 0, i, head * size + c)] = value;
                    }
                }

        return new Made(Convolve(back, layer.Name + ".out", node.Input, node.Input, mixed), g =>
        {
            var upstream = ConvolveBack(back, layer.Name + ".out", node.Input, node.Input, mixed, g);
            var gradient = new float[projected.Length];
            for (var n = 0; n < _count; n++)
                for (var head = 0; head < layer.Heads; head++)
                {
                    var slopes = new float[length, length];
                    for (var i = 0; i < length; i++)
                    {
                        for (var j = 0; j < length; j++)
                            for (var c = 0; c < size; c++)
                                slopes[i, j] = Ieee.FusedMultiplyAdd(upstream[At(node.Input, n, 0, i, head * size + c)],
                                    projected[Wide(n, j, head, 2, c)], slopes[i, j]);
                        var k = 0;
                        var sum = Fold([.. Enumerable.Range(0, length).Select(j => slopes[i, j])], 0f,
                            (slope, total) => Ieee.FusedMultiplyAdd(shares[Pair(n, head, i, k++)], slope, total));
                        for (var j = 0; j < length; j++) slopes[i, j] = shares[Pair(n, head, i, j)] * (slopes[i, j] - sum) * scale;
                    }

                    for (var a = 0; a < length; a++)
                        for (var c = 0; c < size; c++)
                            for (var b = 0; b < length; b++)
                            {
                                ref var query = ref gradient[Wide(n, a, head, 0, c)];
                                query = Ieee.FusedMultiplyAdd(slopes[a, b], projected[Wide(n, b, head, 1, c)], query);
                                ref var key = ref gradient[Wide(n, a, head, 1, c)];
                                key = Ieee.FusedMultiplyAdd(slopes[b, a], projected[Wide(n, b, head, 0, c)], key);
                                ref var value = ref gradient[Wide(n, a, head, 2, c)];
                                value = Ieee.FusedMultiplyAdd(shares[Pair(n, head, b, a)],
                                    upstream[At(node.Input, n, 0, b, head * size + c)], value);
                            }
                }

            return ConvolveBack(into, layer.Name + ".in", node.Input, wide, x, gradient);
        });
    }

    private Made Branch(LayerNode node, float[] x)
    {
        var (body, shortcut) = (Walk(node.Body, x), Walk(node.Shortcut, x));
        float[] y = [.. body.Values.Zip(shortcut.Values, (a, b) => a + b)];
        return new Made(y, g =>
        {
            var (first, second) = (body.Back(g), shortcut.Back(g));
            return [.. first.Zip(second, (a, b) => a + b)];
        });
    }
}
