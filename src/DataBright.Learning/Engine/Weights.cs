using DataBright.Learning.Checkpoints;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Engine;

/// <summary>
/// The parameters of one layer in the order kernels read them: panels of 32 outputs; in a panel one row of 32 values for
/// each input, in ascending order of the reduction, and the biases as the last row. Outputs beyond the layer's are zeros, and
/// so are the biases of a layer without.
/// </summary>
internal sealed unsafe class Weights : ParameterBlock
{
    public const int Panel = 32;
    private readonly int[] _column;

    /// <summary><paramref name="column"/>[k] is the place of input k in a row of the checkpoint's tensor.</summary>
    public Weights(IReadOnlyList<ParameterShape> shapes, int[] column, Arena arena, Upkeep upkeep)
        : base(shapes, Panels(shapes[0].Dimensions[0]) * (column.Length + 1) * Panel, arena, upkeep)
    {
        _column = column;
        Outputs = shapes[0].Dimensions[0];
        Inputs = column.Length;
        PanelPitch = (Inputs + 1) * Panel;
    }

    public int Outputs { get; }

    public int Inputs { get; }

    public int PanelPitch { get; }

    public bool HasBias => Shapes.Count == 2;

    public override void Import(Checkpoint from, float* to)
    {
        var weights = from.Find(Shapes[0].Name)!.Span;
        var biases = HasBias ? from.Find(Shapes[1].Name)!.Span : default;
        for (var output = 0; output < Outputs; output++)
        {
            var place = to + (nint)(output / Panel) * PanelPitch + output % Panel;
            var row = weights.Slice(output * Inputs, Inputs);
            for (var k = 0; k < Inputs; k++) place[k * Panel] = row[_column[k]];
            if (HasBias) place[Inputs * Panel] = biases[output];
        }
    }

    /// <summary>Goes input by input, so that the 32 outputs of a panel are read as they lie.</summary>
    public override void Export(float* from, ReadOnlySpan<Tensor> to)
    {
        var weights = to[0].Buffer;
        for (var first = 0; first < Outputs; first += Panel)
        {
            var place = from + (nint)(first / Panel) * PanelPitch;
            var count = Math.Min(Panel, Outputs - first);
            for (var k = 0; k < Inputs; k++, place += Panel)
            {
                var target = first * Inputs + _column[k];
                for (var output = 0; output < count; output++, target += Inputs) weights[target] = place[output];
            }

            if (HasBias) new ReadOnlySpan<float>(place, count).CopyTo(to[1].Buffer[first..]);
        }
    }

    private static int Panels(int outputs) => (outputs + Panel - 1) / Panel;
}
