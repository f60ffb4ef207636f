using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>
/// Where a residual layer's body and shortcut part: the same values; the gradient is that of the body plus that of the shortcut.
/// </summary>
internal sealed unsafe class ForkOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Map _input;
    private readonly Map _body;
    private readonly Map _shortcut;
    private readonly Team _team;
    private readonly Action<int> _makeGradients;

    public ForkOperation(Map input, Map body, Map shortcut, Team team)
    {
        (_input, _body, _shortcut, _team) = (input, body, shortcut, team);
        _makeGradients = MakeGradients;
    }

    public override void Forward(int count)
    {
    }

    public override void Backward(int count)
    {
        if (_input.HasGradients) _team.Run(count, _makeGradients);
    }

    private void MakeGradients(int example)
    {
        for (var row = 0; row < _input.Shape.Height; row++)
            Rows<L, V>.Add(_body.Gradients(example, row), _shortcut.Gradients(example, row), _input.Gradients(example, row),
                _input.Shape.Width * _input.Shape.Channels);
        Rows<L, V>.FinishGradients(_input, example);
    }
}

/// <summary>Where they meet: what the body made plus what the shortcut made; the gradient goes to both.</summary>
internal sealed unsafe class JoinOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Map _body;
    private readonly Map _shortcut;
    private readonly Map _output;
    private readonly Team _team;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;

    public JoinOperation(Map body, Map shortcut, Map output, Team team)
    {
        (_body, _shortcut, _output, _team) = (body, shortcut, output, team);
        _makeValues = MakeValues;
        _makeGradients = MakeGradients;
    }

    private int Row => _output.Shape.Width * _output.Shape.Channels;

    public override void Forward(int count) => _team.Run(count, _makeValues);

    public override void Backward(int count) => _team.Run(count, _makeGradients);

    private void MakeValues(int example)
    {
        for (var row = 0; row < _output.Shape.Height; row++)
            Rows<L, V>.Add(_body.Values(example, row), _shortcut.Values(example, row), _output.Values(example, row), Row);
        Rows<L, V>.FinishValues(_output, example);
    }

    private void MakeGradients(int example)
    {
        Pass(_body, example);
        Pass(_shortcut, example);
    }

    private void Pass(Map branch, int example)
    {
        if (!branch.HasGradients) return;
        for (var row = 0; row < _output.Shape.Height; row++)
            new ReadOnlySpan<float>(_output.Gradients(example, row), Row).CopyTo(new Span<float>(branch.Gradients(example, row), Row));
        Rows<L, V>.FinishGradients(branch, example);
    }
}
