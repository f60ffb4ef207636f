using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>
/// Max pooling. A later value of a window wins only when it is larger; the gradient goes to the first value, row by row,
/// that equals the maximum.
/// </summary>
internal sealed unsafe class PoolOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly int _size;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Team _team;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;

    public PoolOperation(int size, Map input, Map output, Team team)
    {
        (_size, _input, _output, _team) = (size, input, output, team);
        _makeValues = MakeValues;
        _makeGradients = MakeGradients;
    }

    public override void Forward(int count) => _team.Run(count, _makeValues);

    public override void Backward(int count)
    {
        if (_input.HasGradients) _team.Run(count, _makeGradients);
    }

    private void MakeValues(int example)
    {
        for (var row = 0; row < _output.Shape.Height; row++)
            Maximise(_input.Values(example, row * _size), _input.RowPitch, _output.Values(example, row), _output.Shape.Width,
                _output.Shape.Channels, _size, _output.Rectified);
    }

    private void MakeGradients(int example)
    {
        for (var row = 0; row < _output.Shape.Height; row++)
            Route(_input.Values(example, row * _size), _input.RowPitch, _output.Gradients(example, row),
                _input.Gradients(example, row * _size), _input.GradientRowPitch, _output.Shape.Width, _output.Shape.Channels, _size,
                _input.Rectified);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Maximise(float* input, nint pitch, float* output, int width, int channels, int size, bool rectify)
    {
        for (var x = 0; x < width; x++, input += size * channels, output += channels)
            for (var c = 0; c < channels; c += L.Count)
            {
                var lanes = channels - c;
                var best = Rows<L, V>.Load(input + c, lanes);
                for (var dy = 0; dy < size; dy++)
                    for (var dx = 0; dx < size; dx++)
                        best = L.Larger(Rows<L, V>.Load(input + dy * pitch + dx * channels + c, lanes), best);
                Rows<L, V>.Store(output + c, rectify ? L.Rectify(best) : best, lanes);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Route(float* input, nint pitch, float* upstream, float* gradient, nint gradientPitch, int width, int channels,
        int size, bool rectified)
    {
        for (var x = 0; x < width; x++, input += size * channels, gradient += size * channels, upstream += channels)
            for (var c = 0; c < channels; c += L.Count)
            {
                var lanes = channels - c;
                var best = Rows<L, V>.Load(input + c, lanes);
                for (var dy = 0; dy < size; dy++)
                    for (var dx = 0; dx < size; dx++)
                        best = L.Larger(Rows<L, V>.Load(input + dy * pitch + dx * channels + c, lanes), best);

                var left = Rows<L, V>.Load(upstream + c, lanes);
                for (var dy = 0; dy < size; dy++)
                    for (var dx = 0; dx < size; dx++)
                    {
                        var value = Rows<L, V>.Load(input + dy * pitch + dx * channels + c, lanes);
                        var share = L.WhereEqual(value, best, left, L.Zero);
                        left = L.WhereEqual(value, best, L.Zero, left);
                        Rows<L, V>.Store(gradient + dy * gradientPitch + dx * channels + c,
                            rectified ? L.RectifyBack(value, share) : share, lanes);
                    }
            }
    }
}
