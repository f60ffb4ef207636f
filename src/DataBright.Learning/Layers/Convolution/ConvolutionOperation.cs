using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>
/// Convolution. Values: chains over (kernel row, kernel column, input channel), zeros of the padding included, then the bias.
/// Gradients of values: chains over (kernel row, kernel column, output channel) of the turned kernel, over the output gradients
/// with stride − 1 zeros, which take part, between them.
/// Gradients of weights and biases: chains over (example, row, column) of the output.
/// </summary>
internal sealed unsafe class ConvolutionOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Convolution _layer;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Weights _weights;
    private readonly Team _team;
    private readonly FieldProduct<L, V> _forward;
    private readonly FieldProduct<L, V>? _backward;
    private readonly WeightGradient<L, V>? _gradient;
    private readonly float* _turned;
    private readonly float* _spread;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;
    private readonly Action<int> _turn;
    private readonly Action<int> _spreadOut;
    private readonly Action<int> _makeWeightGradients;
    private readonly Action<int> _makeInfluences;
    private int _count;
    private int _rowsPerPiece;
    private float* _scratch;
    private double[] _influences = [];

    public ConvolutionOperation(Convolution layer, Map input, Map output, Weights weights, Team team, Arena arena, int capacity,
        bool training)
    {
        (_layer, _input, _output, _weights, _team) = (layer, input, output, weights, team);
        _forward = new FieldProduct<L, V>(layer.Kernel, input.Shape.Channels, output.Shape.Width, layer.Channels, layer.Stride);
        _makeValues = MakeValues;
        _makeGradients = MakeGradients;
        _makeWeightGradients = MakeWeightGradients;
        _makeInfluences = MakeInfluences;
        _turn = Turn;
        _spreadOut = SpreadOut;
        if (!training) return;
        _gradient = new WeightGradient<L, V>(weights, layer.Kernel, layer.Kernel * input.Shape.Channels, team.Size, arena);
        if (!input.HasGradients) return;
        _backward = new FieldProduct<L, V>(layer.Kernel, layer.Channels, input.Shape.Width, input.Shape.Channels);
        _turned = arena.Floats((long)TurnedPanels * TurnedPitch);
        if (layer.Stride > 1) _spread = arena.Floats((long)capacity * SpreadImage);
    }

    public override Weights Influential => _weights;

    private int TurnedPanels => (_input.Shape.Channels + Weights.Panel - 1) / Weights.Panel;

    private int TurnedPitch => _layer.Kernel * _layer.Kernel * _layer.Channels * Weights.Panel;

    /// <summary>Floats in a row, and in an example, of output gradients with zeros between and around them.</summary>
    private int SpreadRow => (_input.Shape.Width + _layer.Kernel - 1) * _layer.Channels;

    private int SpreadImage => (_input.Shape.Height + _layer.Kernel - 1) * SpreadRow;

    public override void Forward(int count) => RunByRows(count, _output.Shape.Height, _makeValues);

    public override void Backward(int count)
    {
        _count = count;
        _team.Run(_gradient!.Pieces, _makeWeightGradients);
        if (_backward is null) return;
        _team.Run(TurnedPanels * _layer.Kernel * _layer.Kernel, _turn);
        if (_layer.Stride > 1) _team.Run(count, _spreadOut);
        RunByRows(count, _input.Shape.Height, _makeGradients);
    }

    public override long InfluenceScratch(int capacity) => (long)InfluencePieces(capacity) * _output.Shape.Size;

    public override void AddInfluences(int count, float* scratch, double[] influences)
    {
        _count = count;
        _scratch = scratch;
        _influences = influences;
        _team.Run(InfluencePieces(count), _makeInfluences);
    }

    private int InfluencePieces(int count) => Math.Min(count, 4 * _team.Size);

    /// <summary>A piece is an example, or a row of one where examples are too few to share.</summary>
    private void RunByRows(int count, int height, Action<int> work)
    {
        _rowsPerPiece = count >= 4 * _team.Size || _team.Size == 1 ? height : 1;
        _team.Run(count * (height / _rowsPerPiece), work);
    }

    private void MakeValues(int piece)
    {
        var (example, first) = Math.DivRem(piece * _rowsPerPiece, _output.Shape.Height);
        var last = first + _rowsPerPiece;
        _forward.Run(
            _input.Corner(example, _layer.Padding), _input.RowPitch,
            _weights.Values, _weights.PanelPitch, (nint)_weights.Inputs * Weights.Panel,
            _output.Values(example), _output.RowPitch, _output.Shape.Channels, first, last);
        if (!_output.Rectified) return;
        for (var row = first; row < last; row++)
            Rows<L, V>.Rectify(_output.Values(example, row), _output.Shape.Width * _output.Shape.Channels);
    }

    private void MakeGradients(int piece)
    {
        var (example, first) = Math.DivRem(piece * _rowsPerPiece, _input.Shape.Height);
        var last = first + _rowsPerPiece;
        var isSpread = _layer.Stride > 1;
        _backward!.Run(
            isSpread ? _spread + (nint)example * SpreadImage
                : _output.Gradients(example, -_output.GradientBorder) - _output.GradientBorder * _output.Shape.Channels,
            isSpread ? SpreadRow : _output.GradientRowPitch,
            _turned, TurnedPitch, -1,
            _input.Gradients(example), _input.GradientRowPitch, _input.Shape.Channels, first, last);
        if (!_input.Rectified) return;
        for (var row = first; row < last; row++)
            Rows<L, V>.RectifyBack(_input.Values(example, row), _input.Gradients(example, row), _input.Shape.Width * _input.Shape.Channels);
    }

    private void MakeWeightGradients(int piece)
    {
        var run = _output.Shape.Width;
        for (var example = 0; example < _count; example++)
            _gradient!.Run(
                piece, example > 0,
                _input.Corner(example, _layer.Padding), _input.RowPitch, _layer.Stride * _input.RowPitch,
                _layer.Stride * _input.Shape.Channels,
                _output.Gradients(example), _output.GradientRowPitch, _output.Shape.Channels, _output.Shape.Height, run);
    }

    private void MakeInfluences(int piece)
    {
        var pieces = InfluencePieces(_count);
        var (channels, height, width) = _output.Shape;
        var product = _scratch + (nint)piece * _output.Shape.Size;
        for (var example = _count * piece / pieces; example < _count * (piece + 1) / pieces; example++)
        {
            _forward.Run(
                _input.Corner(example, _layer.Padding), _input.RowPitch,
                _weights.Direction, _weights.PanelPitch, (nint)_weights.Inputs * Weights.Panel,
                product, width * channels, channels, 0, height);
            _influences[example] += InnerProduct<L, V>.Of(product, width * channels, _output.Gradients(example), _output.GradientRowPitch,
                height, width * channels);
        }
    }

    /// <summary>Copies the output gradients of an example to every stride-th row and column; the zeros between them stay.</summary>
    private void SpreadOut(int example)
    {
        var border = _layer.Kernel - 1 - _layer.Padding;
        var channels = _layer.Channels;
        for (var row = 0; row < _output.Shape.Height; row++)
        {
            var from = _output.Gradients(example, row);
            var to = _spread + (nint)example * SpreadImage + (nint)(border + row * _layer.Stride) * SpreadRow + border * channels;
            for (var x = 0; x < _output.Shape.Width; x++)
                new ReadOnlySpan<float>(from + x * channels, channels)
                    .CopyTo(new Span<float>(to + (nint)x * _layer.Stride * channels, channels));
        }
    }

    /// <summary>
    /// Copies the weights of one kernel place and one panel of input channels, turned by half a turn, outputs and inputs exchanged.
    /// </summary>
    private void Turn(int piece)
    {
        var (panel, place) = Math.DivRem(piece, _layer.Kernel * _layer.Kernel);
        var opposite = _layer.Kernel * _layer.Kernel - 1 - place;
        var channels = _input.Shape.Channels;
        var first = panel * Weights.Panel;
        var to = _turned + (nint)panel * TurnedPitch + (nint)place * _layer.Channels * Weights.Panel;
        for (var output = 0; output < _layer.Channels; output += Weights.Panel)
        {
            var from = _weights.Values + (nint)(output / Weights.Panel) * _weights.PanelPitch
                + (nint)(opposite * channels + first) * Weights.Panel;
            Transposition.Copy(from, to + (nint)output * Weights.Panel, Math.Min(Weights.Panel, channels - first),
                Math.Min(Weights.Panel, _layer.Channels - output));
        }
    }
}
