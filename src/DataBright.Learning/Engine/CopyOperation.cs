using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>
/// Makes values of their own: without borders, for a dense layer right after a convolution whose gradients need them, or of a
/// fork, for a rectifier that another branch must not see.
/// </summary>
internal sealed unsafe class CopyOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Map _input;
    private readonly Map _output;
    private readonly Team _team;
    private readonly Action<int> _copyValues;
    private readonly Action<int> _copyGradients;

    public CopyOperation(Map input, Map output, Team team)
    {
        (_input, _output, _team) = (input, output, team);
        _copyValues = CopyValues;
        _copyGradients = CopyGradients;
    }

    private int Row => _input.Shape.Width * _input.Shape.Channels;

    public override void Forward(int count) => _team.Run(count, _copyValues);

    public override void Backward(int count)
    {
        if (_input.HasGradients) _team.Run(count, _copyGradients);
    }

    private void CopyValues(int example)
    {
        for (var row = 0; row < _input.Shape.Height; row++)
        {
            new ReadOnlySpan<float>(_input.Values(example, row), Row).CopyTo(new Span<float>(_output.Values(example, row), Row));
            if (_output.Rectified) Rows<L, V>.Rectify(_output.Values(example, row), Row);
        }
    }

    private void CopyGradients(int example)
    {
        for (var row = 0; row < _input.Shape.Height; row++)
        {
            new ReadOnlySpan<float>(_output.Gradients(example, row), Row).CopyTo(new Span<float>(_input.Gradients(example, row), Row));
            if (_input.Rectified) Rows<L, V>.RectifyBack(_input.Values(example, row), _input.Gradients(example, row), Row);
        }
    }
}
