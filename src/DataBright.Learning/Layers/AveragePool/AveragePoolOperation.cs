using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>
/// Mean over windows that do not overlap: the sum, a chain over (row, column), divided by the number of values. Each value's
/// gradient is the output's divided by that number.
/// </summary>
internal sealed unsafe class AveragePoolOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly int _height;
    private readonly int _width;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Team _team;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;

    public AveragePoolOperation(int height, int width, Map input, Map output, Team team)
    {
        (_height, _width, _input, _output, _team) = (height, width, input, output, team);
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
        var channels = _output.Shape.Channels;
        for (var row = 0; row < _output.Shape.Height; row++)
            for (var x = 0; x < _output.Shape.Width; x++)
                Average(_input.Values(example, row * _height) + (nint)x * _width * channels, _input.RowPitch,
                    _output.Values(example, row) + x * channels, channels, _height, _width);
        Rows<L, V>.FinishValues(_output, example);
    }

    private void MakeGradients(int example)
    {
        var channels = _output.Shape.Channels;
        for (var row = 0; row < _output.Shape.Height; row++)
            for (var x = 0; x < _output.Shape.Width; x++)
                Share(_output.Gradients(example, row) + x * channels, _input.Gradients(example, row * _height)
                    + (nint)x * _width * channels, _input.GradientRowPitch, channels, _height, _width);
        Rows<L, V>.FinishGradients(_input, example);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Average(float* input, nint pitch, float* output, int channels, int height, int width)
    {
        var number = LaneFunctions<L, V>.Constant(height * width);
        for (var c = 0; c < channels; c += L.Count)
        {
            var sum = L.Zero;
            for (var dy = 0; dy < height; dy++)
                for (var dx = 0; dx < width; dx++)
                    sum = L.Add(sum, Rows<L, V>.Load(input + dy * pitch + dx * channels + c, channels - c));
            Rows<L, V>.Store(output + c, L.Divide(sum, number), channels - c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Share(float* upstream, float* gradient, nint pitch, int channels, int height, int width)
    {
        var number = LaneFunctions<L, V>.Constant(height * width);
        for (var c = 0; c < channels; c += L.Count)
        {
            var share = L.Divide(Rows<L, V>.Load(upstream + c, channels - c), number);
            for (var dy = 0; dy < height; dy++)
                for (var dx = 0; dx < width; dx++)
                    Rows<L, V>.Store(gradient + dy * pitch + dx * channels + c, share, channels - c);
        }
    }
}
