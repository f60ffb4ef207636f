using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>
/// A dense layer. Values: chains over the inputs in (row, column, channel) order, then the bias. Gradients of values: chains
/// over the outputs. Gradients of weights and biases: chains over the examples.
/// </summary>
internal sealed unsafe class DenseOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Map _input;
    private readonly Map _output;
    private readonly Weights _weights;
    private readonly Team _team;
    private readonly ColumnGroup[] _outputGroups;
    private readonly ColumnGroup[] _inputGroups;
    private readonly WeightGradient<L, V>? _gradient;
    private readonly float* _transposed;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;
    private readonly Action<int> _transpose;
    private readonly Action<int> _makeWeightGradients;
    private readonly Action<int> _makeInfluences;
    private int _count;
    private int _tiles;
    private float* _scratch;
    private double[] _influences = [];

    public DenseOperation(Map input, Map output, Weights weights, Team team, Arena arena, bool training)
    {
        (_input, _output, _weights, _team) = (input, output, weights, team);
        _outputGroups = ColumnGroup.Cut(weights.Outputs, L.Count);
        _inputGroups = ColumnGroup.Cut(weights.Inputs, L.Count);
        _makeValues = MakeValues;
        _makeGradients = MakeGradients;
        _transpose = Transpose;
        _makeWeightGradients = MakeWeightGradients;
        _makeInfluences = MakeInfluences;
        if (!training) return;
        _gradient = new WeightGradient<L, V>(weights, 1, weights.Inputs, team.Size, arena);
        if (input.HasGradients) _transposed = arena.Floats((long)TransposedPanels * TransposedPitch);
    }

    public override Weights Influential => _weights;

    private int TransposedPanels => (_weights.Inputs + Weights.Panel - 1) / Weights.Panel;

    private int TransposedPitch => _weights.Outputs * Weights.Panel;

    public override void Forward(int count)
    {
        Divide(count);
        _team.Run(_outputGroups.Length * _tiles, _makeValues);
    }

    public override void Backward(int count)
    {
        Divide(count);
        _team.Run(_gradient!.Pieces, _makeWeightGradients);
        if (_transposed == null) return;
        _team.Run(TransposedPanels, _transpose);
        _team.Run(_inputGroups.Length * _tiles, _makeGradients);
    }

    public override long InfluenceScratch(int capacity) => (long)capacity * _weights.Outputs;

    public override void AddInfluences(int count, float* scratch, double[] influences)
    {
        _scratch = scratch;
        _influences = influences;
        Divide(count);
        _team.Run(_tiles, _makeInfluences);
    }

    private void Divide(int count)
    {
        _count = count;
        _tiles = (count + ProductTable<L, V>.MaxRows - 1) / ProductTable<L, V>.MaxRows;
    }

    private void MakeValues(int piece)
    {
        var (first, rows, columns) = Piece(piece, _outputGroups);
        var panel = _weights.Values + (nint)columns.Panel * _weights.PanelPitch + columns.Offset;
        Multiply(_input.Values(first), _weights.Inputs, _input.ImagePitch, panel, panel + (nint)_weights.Inputs * Weights.Panel,
            _output.Values(first) + columns.First, _output.ImagePitch, rows, columns);
        if (!_output.Rectified) return;
        for (var row = 0; row < rows; row++) Rows<L, V>.Rectify(_output.Values(first + row) + columns.First, columns.Columns);
    }

    private void MakeGradients(int piece)
    {
        var (first, rows, columns) = Piece(piece, _inputGroups);
        var panel = _transposed + (nint)columns.Panel * TransposedPitch + columns.Offset;
        Multiply(_output.Gradients(first), _weights.Outputs, _output.GradientImagePitch, panel, null,
            _input.Gradients(first) + columns.First, _input.GradientImagePitch, rows, columns);
        if (!_input.Rectified) return;
        for (var row = 0; row < rows; row++)
            Rows<L, V>.RectifyBack(_input.Values(first + row) + columns.First, _input.Gradients(first + row) + columns.First,
                columns.Columns);
    }

    private (int First, int Rows, ColumnGroup Columns) Piece(int piece, ColumnGroup[] groups)
    {
        var (group, tile) = Math.DivRem(piece, _tiles);
        var first = _count * tile / _tiles;
        return (first, _count * (tile + 1) / _tiles - first, groups[group]);
    }

    private static void Multiply(float* a, int inner, int rowPitch, float* panel, float* bias, float* c, int resultPitch, int rows,
        in ColumnGroup columns)
    {
        var task = new ProductTask
        {
            A = a,
            B = panel,
            C = c,
            Bias = bias,
            ARow = rowPitch,
            AStep = 1,
            BStep = Weights.Panel,
            CRow = resultPitch,
            Segments = 1,
            Length = inner,
            Columns = columns.Columns,
        };
        ProductTable<L, V>.Rows(rows, columns.Vectors)(&task);
    }

    private void MakeWeightGradients(int piece) =>
        _gradient!.Run(piece, continues: false, _input.Values(0), 0, 0, _input.ImagePitch, _output.Gradients(0), 0,
            _output.GradientImagePitch, 1, _count);

    private void MakeInfluences(int tile)
    {
        var first = _count * tile / _tiles;
        var rows = _count * (tile + 1) / _tiles - first;
        var product = _scratch + (nint)first * _weights.Outputs;
        foreach (ref readonly var columns in _outputGroups.AsSpan())
        {
            var panel = _weights.Direction + (nint)columns.Panel * _weights.PanelPitch + columns.Offset;
            Multiply(_input.Values(first), _weights.Inputs, _input.ImagePitch, panel, panel + (nint)_weights.Inputs * Weights.Panel,
                product + columns.First, _weights.Outputs, rows, columns);
        }

        for (var row = 0; row < rows; row++)
            _influences[first + row] += InnerProduct<L, V>.Of(product + (nint)row * _weights.Outputs, 0, _output.Gradients(first + row), 0,
                1, _weights.Outputs);
    }

    private void Transpose(int panel)
    {
        var first = panel * Weights.Panel;
        for (var output = 0; output < _weights.Outputs; output += Weights.Panel)
            Transposition.Copy(
                _weights.Values + (nint)(output / Weights.Panel) * _weights.PanelPitch + (nint)first * Weights.Panel,
                _transposed + (nint)panel * TransposedPitch + (nint)output * Weights.Panel,
                Math.Min(Weights.Panel, _weights.Inputs - first), Math.Min(Weights.Panel, _weights.Outputs - output));
    }
}
