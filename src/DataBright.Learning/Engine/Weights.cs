using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Engine;

/// <summary>
/// The parameters of one layer in the order kernels read them: panels of 32 outputs; in a panel one row of 32 values for
/// each input, in ascending order of the reduction, and the biases as the last row. Outputs beyond the layer's are zeros.
/// </summary>
internal sealed unsafe class Weights
{
    public const int Panel = 32;
    private readonly ParameterShape _weight;
    private readonly ParameterShape _bias;
    private readonly int[] _column;

    /// <summary><paramref name="column"/>[k] is the place of input k in a row of the checkpoint's tensor.</summary>
    public Weights(ParameterShape weight, ParameterShape bias, int[] column, Arena arena, bool training)
    {
        _weight = weight;
        _bias = bias;
        _column = column;
        Outputs = weight.Dimensions[0];
        Inputs = column.Length;
        Panels = (Outputs + Panel - 1) / Panel;
        PanelPitch = (Inputs + 1) * Panel;
        Count = Panels * PanelPitch;
        Values = arena.Floats(Count);
        if (!training) return;
        Momentum = arena.Floats(Count);
        Gradients = arena.Floats(Count);
    }

    /// <summary>The layer's name.</summary>
    public string Layer => _weight.Name[.._weight.Name.LastIndexOf('.')];

    public int Outputs { get; }

    public int Inputs { get; }

    public int Panels { get; }

    public int PanelPitch { get; }

    /// <summary>Floats in each of the three buffers.</summary>
    public int Count { get; }

    public float* Values { get; }

    public float* Momentum { get; }

    public float* Gradients { get; private set; }

    /// <summary>The gradient that influences are measured along; null until <see cref="TakeDirection"/>.</summary>
    public float* Direction { get; private set; }

    public float* Biases(int panel) => Values + (nint)panel * PanelPitch + (nint)Inputs * Panel;

    public void TakeDirection(Arena arena) => Direction = arena.Floats(Count);

    /// <summary>Makes the gradients of the last backward pass the direction; the next pass overwrites the old direction.</summary>
    public void Aim()
    {
        var old = Direction;
        Direction = Gradients;
        Gradients = old;
    }

    public void Import(Checkpoint from, float* to)
    {
        var weights = from.Find(_weight.Name)!.Span;
        var biases = from.Find(_bias.Name)!.Span;
        for (var output = 0; output < Outputs; output++)
        {
            var place = to + (nint)(output / Panel) * PanelPitch + output % Panel;
            var row = weights.Slice(output * Inputs, Inputs);
            for (var k = 0; k < Inputs; k++) place[k * Panel] = row[_column[k]];
            place[Inputs * Panel] = biases[output];
        }
    }

    /// <summary>Fresh tensors of the layer, to be filled by <see cref="Export"/>.</summary>
    public (Tensor Weight, Tensor Bias) NewTensors() =>
        (new Tensor(_weight.Name, _weight.Dimensions, new float[_weight.Count]), new Tensor(_bias.Name, _bias.Dimensions, new float[_bias.Count]));

    /// <summary>Copies a buffer into the order of checkpoints, input by input, so that the 32 outputs of a panel are read as they lie.</summary>
    public void Export(float* from, Span<float> weights, Span<float> biases)
    {
        for (var first = 0; first < Outputs; first += Panel)
        {
            var place = from + (nint)(first / Panel) * PanelPitch;
            var count = Math.Min(Panel, Outputs - first);
            for (var k = 0; k < Inputs; k++, place += Panel)
            {
                var target = first * Inputs + _column[k];
                for (var output = 0; output < count; output++, target += Inputs) weights[target] = place[output];
            }

            new ReadOnlySpan<float>(place, count).CopyTo(biases[first..]);
        }
    }
}
