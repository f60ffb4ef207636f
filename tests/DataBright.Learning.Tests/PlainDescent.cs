using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Tests;

/// <summary>Losses, clipping and optimisers of the slow twin.</summary>
internal sealed partial class PlainNetwork
{
    private (float Loss, float[] Gradient) Measure(float[] outputs, ExampleSet examples, ReadOnlySpan<int> batch)
    {
        if (_architecture.Loss == Loss.MeanSquaredError)
        {
            var targets = new List<float>();
            foreach (var index in batch) targets.AddRange(examples.TargetsOf(index).ToArray());
            return SquaredError(outputs, [.. targets], _architecture.Classes);
        }

        var labels = new int[batch.Length];
        for (var n = 0; n < batch.Length; n++) labels[n] = examples.Labels.Span[batch[n]];
        return CrossEntropy(outputs, labels, _architecture.Classes);
    }

    private static (float Loss, float[] Gradient) SquaredError(float[] outputs, float[] targets, int size)
    {
        var count = outputs.Length / size;
        var gradient = new float[outputs.Length];
        var total = 0f;
        for (var n = 0; n < count; n++)
        {
            var sum = 0f;
            for (var i = 0; i < size; i++)
            {
                var distance = outputs[n * size + i] - targets[n * size + i];
                sum = Ieee.FusedMultiplyAdd(distance, distance, sum);
                gradient[n * size + i] = distance * (2f / ((float)count * size));
            }

            total += sum / size;
        }

        return (total / count, gradient);
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

    /// <summary>
    /// The norm in the order of kernels: panels of 32 outputs with the biases last for products, tensor after tensor for the rest.
    /// </summary>
    private void Clip(float limit)
    {
        var sum = 0f;
        foreach (var node in LayerNode.Flattened(_architecture.Nodes))
            foreach (var block in Blocks(node))
                for (var first = 0; first < block.Length; first += 8192)
                    sum += Fold([.. block.Skip(first).Take(8192)], 0f, (v, total) => Ieee.FusedMultiplyAdd(v, v, total));
        var norm = MathF.Sqrt(sum);
        if (!(norm > limit)) return;
        foreach (var shape in Trained)
            for (var i = 0; i < _gradients[shape.Name].Length; i++) _gradients[shape.Name][i] *= limit / norm;
    }

    private IEnumerable<float[]> Blocks(LayerNode node)
    {
        switch (node.Layer)
        {
            case Convolution layer:
                yield return Panels(node.Parameters[0], layer.HasBias ? node.Parameters[1] : null,
                    Columns(new ExampleShape(node.Input.Channels, layer.Kernel, layer.Kernel)));
                break;
            case Dense:
                yield return Panels(node.Parameters[0], node.Parameters[1], Columns(node.Order));
                break;
            case SelfAttention:
                yield return Panels(node.Parameters[0], node.Parameters[1], [.. Enumerable.Range(0, node.Input.Channels)]);
                yield return Panels(node.Parameters[2], node.Parameters[3], [.. Enumerable.Range(0, node.Input.Channels)]);
                break;
            default:
                var column = node.Layer is Embedding
                    ? null : Columns(node.Order == node.Input ? new ExampleShape(node.Input.Channels, 1, 1) : node.Order);
                var block = new List<float>();
                foreach (var shape in node.Parameters.Where(parameter => parameter.IsTrained))
                {
                    var values = _gradients[shape.Name];
                    block.AddRange(column is null ? values : column.Select(place => values[place]));
                    while (block.Count % 32 != 0) block.Add(0f);
                }

                if (block.Count > 0) yield return [.. block];
                break;
        }
    }

    private float[] Panels(ParameterShape weight, ParameterShape? bias, int[] column)
    {
        var (outputs, inputs) = (weight.Dimensions[0], column.Length);
        var block = new float[(outputs + 31) / 32 * (inputs + 1) * 32];
        for (var output = 0; output < outputs; output++)
        {
            var start = output / 32 * (inputs + 1) * 32 + output % 32;
            for (var k = 0; k < inputs; k++) block[start + k * 32] = _gradients[weight.Name][output * inputs + column[k]];
            if (bias is not null) block[start + inputs * 32] = _gradients[bias.Name][output];
        }

        return block;
    }

    /// <summary>Sixteen chains, then pairs 8, 4, 2 and 1 apart.</summary>
    private static float Fold(float[] values, float start, Func<float, float, float> add)
    {
        var chains = new float[16];
        Array.Fill(chains, start);
        for (var i = 0; i < values.Length; i++) chains[i % 16] = add(values[i], chains[i % 16]);
        for (var apart = 8; apart > 0; apart /= 2)
            for (var j = 0; j < apart; j++)
                chains[j] += chains[j + apart];
        return chains[0];
    }

    private static void Descend(float[] weights, float[] momentum, float[] second, float[] gradients, StepRule rule)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var gradient = rule.IsDecoupled ? gradients[i] : Ieee.FusedMultiplyAdd(rule.Decay, weights[i], gradients[i]);
            if (rule.Epsilon == 0)
            {
                momentum[i] = Ieee.FusedMultiplyAdd(rule.Momentum, momentum[i], gradient);
                weights[i] = Ieee.FusedMultiplyAdd(-rule.Rate,
                    rule.LooksAhead ? Ieee.FusedMultiplyAdd(rule.Momentum, momentum[i], gradient) : momentum[i], weights[i]);
                continue;
            }

            if (rule.IsDecoupled) weights[i] = Ieee.FusedMultiplyAdd(-(rule.Rate * rule.Decay), weights[i], weights[i]);
            momentum[i] = Ieee.FusedMultiplyAdd(1f - rule.Momentum, gradient, rule.Momentum * momentum[i]);
            second[i] = Ieee.FusedMultiplyAdd((1f - rule.SecondMomentum) * gradient, gradient, rule.SecondMomentum * second[i]);
            weights[i] = Ieee.FusedMultiplyAdd(-(rule.Rate / rule.FirstCorrection),
                momentum[i] / (MathF.Sqrt(second[i]) / rule.SecondCorrection + rule.Epsilon), weights[i]);
        }
    }
}
