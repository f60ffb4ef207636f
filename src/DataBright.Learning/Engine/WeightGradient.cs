using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>
/// The product of columns of inputs with rows of output gradients that gives the gradients of a layer's weights, and, with an
/// input of one, those of its biases. Every value is one chain over examples and positions; calls for later examples go on with it.
/// </summary>
internal sealed unsafe class WeightGradient<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly record struct Tile(int Input, int Rows, int Segment, int Offset, int Group, nint Code);

    private readonly Weights _weights;
    private readonly ColumnGroup[] _groups;
    private readonly Tile[] _tiles;
    private readonly float* _one;

    /// <param name="weights">What to make the gradients of.</param>
    /// <param name="segments">Runs that the inputs of one position consist of: the rows of a kernel.</param>
    /// <param name="length">Inputs in a run.</param>
    /// <param name="threads">Threads that share the work.</param>
    /// <param name="arena">Holds the constant one.</param>
    public WeightGradient(Weights weights, int segments, int length, int threads, Arena arena)
    {
        _weights = weights;
        _groups = ColumnGroup.Cut(weights.Outputs, L.Count);
        _one = arena.One();
        var rows = RowGroup.Cut(length, ProductTable<L, V>.MaxRows);
        var tiles = new List<Tile>();
        for (var g = 0; g < _groups.Length; g++)
        {
            for (var segment = 0; segment < segments; segment++)
                foreach (var row in rows)
                    tiles.Add(new Tile(segment * length + row.First, row.Rows, segment, row.First, g,
                        (nint)ProductTable<L, V>.Columns(row.Rows, _groups[g].Vectors)));
            if (weights.HasBias) tiles.Add(new Tile(weights.Inputs, 1, -1, 0, g, (nint)ProductTable<L, V>.Columns(1, _groups[g].Vectors)));
        }

        _tiles = [.. tiles];
        Pieces = threads == 1 ? 1 : Math.Min(_tiles.Length, 8 * threads);
    }

    /// <summary>Pieces of work; each has tiles of its own.</summary>
    public int Pieces { get; }

    /// <summary>Does one piece for some examples.</summary>
    /// <param name="piece">Which piece.</param>
    /// <param name="continues">False for the first examples of a batch.</param>
    /// <param name="inputs">The first input of the first position.</param>
    /// <param name="runPitch">Floats from one run of a position to the next.</param>
    /// <param name="inputPitch">Floats from one row of positions to the next.</param>
    /// <param name="inputStep">Floats from one position to the next.</param>
    /// <param name="gradients">The output gradients of the first position.</param>
    /// <param name="gradientPitch">Floats from one row of gradients to the next.</param>
    /// <param name="gradientStep">Floats from one position to the next.</param>
    /// <param name="height">Rows of positions.</param>
    /// <param name="width">Positions in a row.</param>
    public void Run(int piece, bool continues, float* inputs, nint runPitch, nint inputPitch, nint inputStep, float* gradients,
        nint gradientPitch, nint gradientStep, int height, int width)
    {
        var task = new ProductTask
        {
            ARow = 1,
            BStep = gradientStep,
            BSegment = gradientPitch,
            CRow = Weights.Panel,
            Segments = height,
            Length = width,
            Continues = continues,
        };
        var last = (int)((long)_tiles.Length * (piece + 1) / Pieces);
        for (var t = (int)((long)_tiles.Length * piece / Pieces); t < last; t++)
        {
            ref readonly var tile = ref _tiles[t];
            ref readonly var columns = ref _groups[tile.Group];
            var isBias = tile.Segment < 0;
            task.A = isBias ? _one : inputs + tile.Segment * runPitch + tile.Offset;
            task.AStep = isBias ? 0 : inputStep;
            task.ASegment = isBias ? 0 : inputPitch;
            task.B = gradients + columns.First;
            task.C = _weights.Gradients + (nint)columns.Panel * _weights.PanelPitch + (nint)tile.Input * Weights.Panel + columns.Offset;
            task.Columns = columns.Columns;
            ((delegate*<ProductTask*, void>)tile.Code)(&task);
        }
    }
}
