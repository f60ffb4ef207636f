using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>
/// Layer normalisation over the channels of each position, whose sums are those of <see cref="Reduction{L, V}"/>:
/// mean = sum ÷ n, variance = sum of (x − mean)² ÷ n, inverse = 1 ÷ √(variance + ε), y = ((x − mean)·inverse)·scale + shift.
/// Gradients of scale and shift are chains over the positions of an example, then a chain over the examples.
/// </summary>
internal sealed unsafe class LayerNormOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly ExampleShape _shape;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Vectors _weights;
    private readonly Team _team;
    private readonly float* _figures;
    private readonly float* _sums;
    private readonly int _pitch;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;

    /// <param name="shape">What an example is to this layer: flat after a flatten layer, although its map is not.</param>
    /// <param name="input">What is normalised.</param>
    /// <param name="output">Where to.</param>
    /// <param name="weights">Scale and shift.</param>
    /// <param name="team">Shares the work.</param>
    /// <param name="arena">Holds what the way back needs.</param>
    /// <param name="capacity">Most examples.</param>
    public LayerNormOperation(ExampleShape shape, Map input, Map output, Vectors weights, Team team, Arena arena, int capacity)
    {
        (_shape, _input, _output, _weights, _team) = (shape, input, output, weights, team);
        _pitch = (shape.Channels + 31) & ~31;
        _figures = arena.Floats(2L * capacity * shape.Height * shape.Width);
        _sums = arena.Floats(2L * capacity * _pitch);
        _makeValues = MakeValues;
        _makeGradients = MakeGradients;
    }

    private float* Scale => _weights.Values + _weights.Start(0);

    private float* Shift => _weights.Values + _weights.Start(1);

    public override void Forward(int count) => _team.Run(count, _makeValues);

    public override void Backward(int count)
    {
        _team.Run(count, _makeGradients);
        ChannelSums<L, V>.Chain(_sums, 2 * _pitch, count, _weights.Gradients + _weights.Start(0), _shape.Channels);
        ChannelSums<L, V>.Chain(_sums + _pitch, 2 * _pitch, count, _weights.Gradients + _weights.Start(1), _shape.Channels);
    }

    public override ParameterBlock Influential => _weights;

    /// <summary>The sums of an example are its gradients already.</summary>
    public override void AddInfluences(int count, float* scratch, double[] influences)
    {
        float* scales = _weights.Direction + _weights.Start(0), shifts = _weights.Direction + _weights.Start(1);
        for (var example = 0; example < count; example++)
        {
            var part = _sums + 2L * example * _pitch;
            influences[example] += InnerProduct<L, V>.Of(part, 0, scales, 0, 1, _shape.Channels);
            influences[example] += InnerProduct<L, V>.Of(part + _pitch, 0, shifts, 0, 1, _shape.Channels);
        }
    }

    private void MakeValues(int example)
    {
        for (var row = 0; row < _shape.Height; row++)
            for (var x = 0; x < _shape.Width; x++)
            {
                var figures = Figures(example, row, x);
                var input = _input.Values(example, row) + x * _shape.Channels;
                figures[0] = Reduction<L, V>.Sum(new Plain(input), _shape.Channels) / _shape.Channels;
                var variance = Reduction<L, V>.Sum(new SquaresAround(input, figures[0]), _shape.Channels) / _shape.Channels;
                figures[1] = 1f / MathF.Sqrt(variance + LayerNorm.Epsilon);
                Normalise(input, _output.Values(example, row) + x * _shape.Channels, Scale, Shift, _shape.Channels, figures[0], figures[1]);
            }

        Rows<L, V>.FinishValues(_output, example);
    }

    private void MakeGradients(int example)
    {
        var channels = _shape.Channels;
        float* scales = _sums + 2L * example * _pitch, shifts = scales + _pitch;
        new Span<float>(scales, 2 * _pitch).Clear();
        for (var row = 0; row < _shape.Height; row++)
            for (var x = 0; x < _shape.Width; x++)
            {
                var figures = Figures(example, row, x);
                float* input = _input.Values(example, row) + x * channels, upstream = _output.Gradients(example, row) + x * channels;
                Collect(input, upstream, scales, shifts, channels, figures[0], figures[1]);
                if (!_input.HasGradients) continue;
                var gradient = _input.Gradients(example, row) + x * channels;
                Multiply(upstream, Scale, gradient, channels);
                var mean = Reduction<L, V>.Sum(new Plain(gradient), channels) / channels;
                var slope = Reduction<L, V>.Sum(new Correlation(gradient, input, figures[0], figures[1]), channels) / channels;
                Centre(input, gradient, channels, figures[0], figures[1], mean, slope);
            }

        if (_input.HasGradients) Rows<L, V>.FinishGradients(_input, example);
    }

    /// <summary>Mean and inverse deviation of a position.</summary>
    private float* Figures(int example, int row, int x) => _figures + 2 * (((long)example * _shape.Height + row) * _shape.Width + x);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise(float* x, float* y, float* scale, float* shift, int count, float mean, float inverse)
    {
        V m = L.Broadcast(&mean), r = L.Broadcast(&inverse);
        for (var i = 0; i < count; i += L.Count)
        {
            var normal = L.Multiply(L.Subtract(Rows<L, V>.Load(x + i, count - i), m), r);
            Rows<L, V>.Store(y + i, L.MultiplyAdd(normal, L.Load(scale + i), L.Load(shift + i)), count - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Collect(float* x, float* upstream, float* scales, float* shifts, int count, float mean, float inverse)
    {
        V m = L.Broadcast(&mean), r = L.Broadcast(&inverse);
        for (var i = 0; i < count; i += L.Count)
        {
            var g = Rows<L, V>.Load(upstream + i, count - i);
            var normal = L.Multiply(L.Subtract(Rows<L, V>.Load(x + i, count - i), m), r);
            L.Store(scales + i, L.MultiplyAdd(g, normal, L.Load(scales + i)));
            L.Store(shifts + i, L.Add(g, L.Load(shifts + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(float* upstream, float* scale, float* gradient, int count)
    {
        for (var i = 0; i < count; i += L.Count)
            Rows<L, V>.Store(gradient + i, L.Multiply(Rows<L, V>.Load(upstream + i, count - i), L.Load(scale + i)), count - i);
    }

    /// <summary>h ← ((h − mean of h) − normal·slope)·inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Centre(float* x, float* h, int count, float mean, float inverse, float meanOfH, float slope)
    {
        var down = -slope;
        V m = L.Broadcast(&mean), r = L.Broadcast(&inverse), a = L.Broadcast(&meanOfH), s = L.Broadcast(&down);
        for (var i = 0; i < count; i += L.Count)
        {
            var normal = L.Multiply(L.Subtract(Rows<L, V>.Load(x + i, count - i), m), r);
            Rows<L, V>.Store(h + i, L.Multiply(L.MultiplyAdd(normal, s, L.Subtract(Rows<L, V>.Load(h + i, count - i), a)), r), count - i);
        }
    }
}
