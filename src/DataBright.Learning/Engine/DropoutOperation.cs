using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>
/// Dropout in training. Whether value i of the batch, counted in (example, row, column, channel) order, is kept is decided by
/// word i mod 4 of the Philox block with the key of the seed and the counter (purpose, step, layer · 2^40 + ⌊i ÷ 4⌋): kept when
/// the word is at least rate · 2^32. What is kept is multiplied by 1 ÷ (1 − rate).
/// </summary>
internal sealed unsafe class DropoutOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly ulong _layer;
    private readonly uint _threshold;
    private readonly float _gain;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Pass _pass;
    private readonly Team _team;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;

    public DropoutOperation(int layer, float rate, Map input, Map output, Pass pass, Team team)
    {
        _layer = (ulong)layer << 40;
        (_threshold, _gain) = Figures(rate);
        (_input, _output, _pass, _team) = (input, output, pass, team);
        _makeValues = MakeValues;
        _makeGradients = MakeGradients;
    }

    /// <summary>The smallest word that keeps a value, and what kept values are multiplied by.</summary>
    public static (uint Threshold, float Gain) Figures(float rate) => ((uint)(rate * 4294967296.0), 1f / (1f - rate));

    public override void Forward(int count) => _team.Run(count, _makeValues);

    public override void Backward(int count)
    {
        if (_input.HasGradients) _team.Run(count, _makeGradients);
    }

    private void MakeValues(int example)
    {
        for (var row = 0; row < _input.Shape.Height; row++)
            if (_pass.IsTraining) Thin(example, row, _input.Values(example, row), _output.Values(example, row));
            else new ReadOnlySpan<float>(_input.Values(example, row), Row).CopyTo(new Span<float>(_output.Values(example, row), Row));
        Rows<L, V>.FinishValues(_output, example);
    }

    private void MakeGradients(int example)
    {
        for (var row = 0; row < _input.Shape.Height; row++) Thin(example, row, _output.Gradients(example, row), _input.Gradients(example, row));
        Rows<L, V>.FinishGradients(_input, example);
    }

    private int Row => _input.Shape.Width * _input.Shape.Channels;

    private void Thin(int example, int row, float* from, float* to)
    {
        var chance = new Chance(_pass.Seed, Purpose.Dropout, (ulong)_pass.Step);
        var first = ((long)example * _input.Shape.Height + row) * Row;
        var block = default(Philox.Block);
        for (var i = 0; i < Row; i++)
        {
            var index = first + i;
            if (i == 0 || index % 4 == 0) block = chance.Block(_layer + (ulong)(index / 4));
            var word = (index % 4) switch { 0 => block.A, 1 => block.B, 2 => block.C, _ => block.D };
            to[i] = word >= _threshold ? from[i] * _gain : 0f;
        }
    }
}
