using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>
/// The product behind a convolution and its data gradient: every position of a bordered field, as a row of kernel × kernel ×
/// channel values, times panels of weights. Rows of the patch are runs in memory, so nothing is copied first.
/// </summary>
internal sealed unsafe class FieldProduct<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly int _kernel;
    private readonly int _channels;
    private readonly int _stride;
    private readonly RowGroup[] _tiles;
    private readonly ColumnGroup[] _groups;
    private readonly nint[] _code;

    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="channels">Channels of the field that is read.</param>
    /// <param name="width">Positions in a row of the result.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="stride">Rows and columns of the field from one position to the next.</param>
    public FieldProduct(int kernel, int channels, int width, int outputs, int stride = 1)
    {
        _stride = stride;
        _kernel = kernel;
        _channels = channels;
        _tiles = RowGroup.Cut(width, ProductTable<L, V>.MaxRows);
        _groups = ColumnGroup.Cut(outputs, L.Count);
        _code = [.. from @group in _groups from tile in _tiles select (nint)ProductTable<L, V>.Rows(tile.Rows, @group.Vectors)];
    }

    /// <summary>Makes the rows <paramref name="first"/> to <paramref name="last"/> of one example.</summary>
    /// <param name="field">The corner of the border.</param>
    /// <param name="pitch">Floats from one row of the field to the next.</param>
    /// <param name="panels">Weights: panels of 32 outputs with one row per value of the patch.</param>
    /// <param name="panelPitch">Floats from one panel to the next.</param>
    /// <param name="bias">Distance of the row of biases from its panel's start; −1 where there is none.</param>
    /// <param name="result">The first value of the result's row 0.</param>
    /// <param name="resultPitch">Floats from one row of the result to the next.</param>
    /// <param name="resultChannels">Channels of the result.</param>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row after the last.</param>
    public void Run(float* field, int pitch, float* panels, nint panelPitch, nint bias, float* result, int resultPitch, int resultChannels,
        int first, int last)
    {
        var task = new ProductTask
        {
            ARow = _stride * _channels,
            AStep = 1,
            ASegment = pitch,
            BStep = Weights.Panel,
            BSegment = (nint)_kernel * _channels * Weights.Panel,
            CRow = resultChannels,
            Segments = _kernel,
            Length = _kernel * _channels,
        };
        for (var g = 0; g < _groups.Length; g++)
        {
            ref readonly var columns = ref _groups[g];
            task.B = panels + columns.Panel * panelPitch + columns.Offset;
            task.Bias = bias < 0 ? null : task.B + bias;
            task.Columns = columns.Columns;
            for (var row = first; row < last; row++)
                for (var t = 0; t < _tiles.Length; t++)
                {
                    var x = _tiles[t].First;
                    task.A = field + (nint)(row * _stride) * pitch + x * _stride * _channels;
                    task.C = result + (nint)row * resultPitch + x * resultChannels + columns.First;
                    ((delegate*<ProductTask*, void>)_code[g * _tiles.Length + t])(&task);
                }
        }
    }
}
