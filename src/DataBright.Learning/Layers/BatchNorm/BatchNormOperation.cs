using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>
/// Batch normalisation. Sums are chains over the (row, column) positions of an example, then a chain over the examples.
/// Training: mean = sum ÷ n, variance = sum of (x − mean)² ÷ n, inverse = 1 ÷ √(variance + ε), y = (x − mean)·(inverse·scale) + shift.
/// Running figures move by a tenth of their distance to the mean and to the variance times n ÷ max(n − 1, 1) when the step counts;
/// evaluation uses them instead.
/// </summary>
internal sealed unsafe class BatchNormOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly ExampleShape _shape;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Vectors _weights;
    private readonly Vectors _running;
    private readonly Pass _pass;
    private readonly Team _team;
    private readonly int _pitch;
    private readonly float* _parts;
    private readonly float* _mean;
    private readonly float* _variance;
    private readonly float* _inverse;
    private readonly float* _factor;
    private readonly float* _slopeMean;
    private readonly float* _shiftMean;
    private readonly Action<int> _sum;
    private readonly Action<int> _square;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _collect;
    private readonly Action<int> _makeGradients;
    private int _count;

    public BatchNormOperation(ExampleShape shape, Map input, Map output, Vectors weights, Vectors running, Pass pass, Team team,
        Arena arena, int capacity)
    {
        (_shape, _input, _output, _weights, _running, _pass, _team) = (shape, input, output, weights, running, pass, team);
        _pitch = (shape.Channels + 31) & ~31;
        _parts = arena.Floats(2L * capacity * _pitch);
        _mean = arena.Floats(_pitch);
        _variance = arena.Floats(_pitch);
        _inverse = arena.Floats(_pitch);
        _factor = arena.Floats(_pitch);
        _slopeMean = arena.Floats(_pitch);
        _shiftMean = arena.Floats(_pitch);
        (_sum, _square, _makeValues, _collect, _makeGradients) = (Sum, Square, MakeValues, Collect, MakeGradients);
    }

    private int Channels => _shape.Channels;

    private float Number => (float)((long)_count * _shape.Height * _shape.Width);

    private float* RunningMean => _running.Values + _running.Start(0);

    private float* RunningVariance => _running.Values + _running.Start(1);

    public override void Forward(int count)
    {
        _count = count;
        if (_pass.IsTraining)
        {
            _team.Run(count, _sum);
            ChannelSums<L, V>.Chain(_parts, _pitch, count, _mean, Channels);
            Divide(_mean, _mean);
            _team.Run(count, _square);
            ChannelSums<L, V>.Chain(_parts, _pitch, count, _variance, Channels);
            Divide(_variance, _variance);
        }
        else
        {
            new ReadOnlySpan<float>(RunningMean, Channels).CopyTo(new Span<float>(_mean, Channels));
            new ReadOnlySpan<float>(RunningVariance, Channels).CopyTo(new Span<float>(_variance, Channels));
        }

        var scale = _weights.Values + _weights.Start(0);
        for (var c = 0; c < Channels; c++)
        {
            _inverse[c] = 1f / MathF.Sqrt(_variance[c] + BatchNorm.Epsilon);
            _factor[c] = _inverse[c] * scale[c];
        }

        _team.Run(count, _makeValues);
    }

    public override void Backward(int count)
    {
        _team.Run(count, _collect);
        float* slopes = _weights.Gradients + _weights.Start(0), shifts = _weights.Gradients + _weights.Start(1);
        ChannelSums<L, V>.Chain(_parts, 2 * _pitch, count, slopes, Channels);
        ChannelSums<L, V>.Chain(_parts + _pitch, 2 * _pitch, count, shifts, Channels);
        if (!_input.HasGradients) return;
        Divide(slopes, _slopeMean);
        Divide(shifts, _shiftMean);
        _team.Run(count, _makeGradients);
    }

    public override void Commit()
    {
        var number = Number;
        var unbiased = number / Math.Max(number - 1f, 1f);
        for (var c = 0; c < Channels; c++)
        {
            RunningMean[c] = Ieee.FusedMultiplyAdd(BatchNorm.Pace, _mean[c] - RunningMean[c], RunningMean[c]);
            RunningVariance[c] = Ieee.FusedMultiplyAdd(BatchNorm.Pace, _variance[c] * unbiased - RunningVariance[c], RunningVariance[c]);
        }
    }

    public override ParameterBlock Influential => _weights;

    /// <summary>
    /// The parts that the examples have in the sums are their gradients; what an example does to the others through mean and variance is in
    /// those others' upstream.
    /// </summary>
    public override void AddInfluences(int count, float* scratch, double[] influences)
    {
        float* scales = _weights.Direction + _weights.Start(0), shifts = _weights.Direction + _weights.Start(1);
        for (var example = 0; example < count; example++)
        {
            var part = _parts + 2L * example * _pitch;
            influences[example] += InnerProduct<L, V>.Of(part, 0, scales, 0, 1, Channels);
            influences[example] += InnerProduct<L, V>.Of(part + _pitch, 0, shifts, 0, 1, Channels);
        }
    }

    private void Divide(float* sums, float* means)
    {
        for (var c = 0; c < Channels; c++) means[c] = sums[c] / Number;
    }

    private void Sum(int example)
    {
        var part = _parts + (nint)example * _pitch;
        new Span<float>(part, _pitch).Clear();
        for (var row = 0; row < _shape.Height; row++) ChannelSums<L, V>.Values(_input.Values(example, row), _shape.Width, part, Channels);
    }

    private void Square(int example)
    {
        var part = _parts + (nint)example * _pitch;
        new Span<float>(part, _pitch).Clear();
        for (var row = 0; row < _shape.Height; row++)
            ChannelSums<L, V>.Squares(_input.Values(example, row), _shape.Width, _mean, part, Channels);
    }

    private void MakeValues(int example)
    {
        for (var row = 0; row < _shape.Height; row++)
            Normalise(_input.Values(example, row), _output.Values(example, row), _mean, _factor, _weights.Values + _weights.Start(1),
                _shape.Width, Channels);
        Rows<L, V>.FinishValues(_output, example);
    }

    private void Collect(int example)
    {
        var part = _parts + 2 * (nint)example * _pitch;
        new Span<float>(part, 2 * _pitch).Clear();
        for (var row = 0; row < _shape.Height; row++)
            ChannelSums<L, V>.Slopes(_input.Values(example, row), _output.Gradients(example, row), _shape.Width, _mean, _inverse, part,
                part + _pitch, Channels);
    }

    private void MakeGradients(int example)
    {
        for (var row = 0; row < _shape.Height; row++)
            Centre(_input.Values(example, row), _output.Gradients(example, row), _input.Gradients(example, row), _mean, _inverse, _factor,
                _slopeMean, _shiftMean, _shape.Width, Channels);
        Rows<L, V>.FinishGradients(_input, example);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise(float* x, float* y, float* mean, float* factor, float* shift, int width, int channels)
    {
        for (var i = 0; i < width; i++, x += channels, y += channels)
            for (var c = 0; c < channels; c += L.Count)
                Rows<L, V>.Store(y + c, L.MultiplyAdd(L.Subtract(Rows<L, V>.Load(x + c, channels - c), L.Load(mean + c)),
                    L.Load(factor + c), L.Load(shift + c)), channels - c);
    }

    /// <summary>gradient ← ((upstream − mean of them) − normal·mean slope)·factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Centre(float* x, float* upstream, float* gradient, float* mean, float* inverse, float* factor, float* slopeMean,
        float* shiftMean, int width, int channels)
    {
        for (var i = 0; i < width; i++, x += channels, upstream += channels, gradient += channels)
            for (var c = 0; c < channels; c += L.Count)
            {
                var normal = L.Multiply(L.Subtract(Rows<L, V>.Load(x + c, channels - c), L.Load(mean + c)), L.Load(inverse + c));
                var centred = L.Subtract(Rows<L, V>.Load(upstream + c, channels - c), L.Load(shiftMean + c));
                Rows<L, V>.Store(gradient + c,
                    L.Multiply(L.MultiplyAdd(L.Subtract(L.Zero, normal), L.Load(slopeMean + c), centred), L.Load(factor + c)),
                    channels - c);
            }
    }
}
