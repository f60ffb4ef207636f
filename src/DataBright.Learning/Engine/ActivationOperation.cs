using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>A function of one value, and its derivative from the value and what the function made of it.</summary>
internal interface IActivation<V> where V : unmanaged
{
    static abstract V Value(V x);

    static abstract V Slope(V x, V y);
}

/// <summary>Applies a function to every value; the gradient is the slope times that of the output.</summary>
internal sealed unsafe class ActivationOperation<L, V, F> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
    where F : struct, IActivation<V>
{
    private readonly Map _input;
    private readonly Map _output;
    private readonly Team _team;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;

    public ActivationOperation(Map input, Map output, Team team)
    {
        (_input, _output, _team) = (input, output, team);
        _makeValues = MakeValues;
        _makeGradients = MakeGradients;
    }

    private int Row => _input.Shape.Width * _input.Shape.Channels;

    public override void Forward(int count) => _team.Run(count, _makeValues);

    public override void Backward(int count)
    {
        if (_input.HasGradients) _team.Run(count, _makeGradients);
    }

    private void MakeValues(int example)
    {
        for (var row = 0; row < _input.Shape.Height; row++) Apply(_input.Values(example, row), _output.Values(example, row), Row);
        Rows<L, V>.FinishValues(_output, example);
    }

    private void MakeGradients(int example)
    {
        // A rectifier after the function has changed its values only where the gradient is zero.
        for (var row = 0; row < _input.Shape.Height; row++)
            ApplyBack(_input.Values(example, row), _output.Values(example, row), _output.Gradients(example, row),
                _input.Gradients(example, row), Row);
        Rows<L, V>.FinishGradients(_input, example);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(float* x, float* y, int count)
    {
        for (var i = 0; i < count; i += L.Count) Rows<L, V>.Store(y + i, F.Value(Rows<L, V>.Load(x + i, count - i)), count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ApplyBack(float* x, float* y, float* upstream, float* gradient, int count)
    {
        for (var i = 0; i < count; i += L.Count)
        {
            var slope = F.Slope(Rows<L, V>.Load(x + i, count - i), Rows<L, V>.Load(y + i, count - i));
            Rows<L, V>.Store(gradient + i, L.Multiply(slope, Rows<L, V>.Load(upstream + i, count - i)), count - i);
        }
    }
}
