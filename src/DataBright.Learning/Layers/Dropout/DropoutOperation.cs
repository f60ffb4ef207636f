using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

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
    private readonly float* _gains;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Pass _pass;
    private readonly Team _team;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;

    public DropoutOperation(int layer, float rate, Map input, Map output, Pass pass, Team team, Arena arena, int capacity, bool training)
    {
        _layer = (ulong)layer << 40;
        (_threshold, _gain) = Figures(rate);
        (_input, _output, _pass, _team) = (input, output, pass, team);
        if (training) _gains = arena.Floats((long)capacity * input.Shape.Size);
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

    private int Row => _input.Shape.Width * _input.Shape.Channels;

    private void MakeValues(int example)
    {
        if (_pass.IsTraining) Draw(example);
        for (var row = 0; row < _input.Shape.Height; row++)
            if (_pass.IsTraining) Thin(Gains(example, row), _input.Values(example, row), _output.Values(example, row), Row);
            else new ReadOnlySpan<float>(_input.Values(example, row), Row).CopyTo(new Span<float>(_output.Values(example, row), Row));
        Rows<L, V>.FinishValues(_output, example);
    }

    private void MakeGradients(int example)
    {
        for (var row = 0; row < _input.Shape.Height; row++)
            Thin(Gains(example, row), _output.Gradients(example, row), _input.Gradients(example, row), Row);
        Rows<L, V>.FinishGradients(_input, example);
    }

    private float* Gains(int example, int row) => _gains + ((nint)example * _input.Shape.Height + row) * Row;

    /// <summary>What each value of an example is multiplied by; the way back needs it again. An example may begin within a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Draw(int example)
    {
        var chance = new Chance(_pass.Seed, Purpose.Dropout, (ulong)_pass.Step);
        long size = _input.Shape.Size, first = example * size, last = first + size;
        var words = stackalloc uint[4];
        for (var block = first / 4; 4 * block < last; block++)
        {
            var (a, b, c, d) = chance.Block(_layer + (ulong)block);
            if (4 * block >= first && 4 * block + 4 <= last)
            {
                var to = _gains + 4 * block;
                to[0] = a >= _threshold ? _gain : 0f;
                to[1] = b >= _threshold ? _gain : 0f;
                to[2] = c >= _threshold ? _gain : 0f;
                to[3] = d >= _threshold ? _gain : 0f;
                continue;
            }

            (words[0], words[1], words[2], words[3]) = (a, b, c, d);
            for (var i = Math.Max(first, 4 * block); i < Math.Min(last, 4 * block + 4); i++)
                _gains[i] = words[i % 4] >= _threshold ? _gain : 0f;
        }
    }

    /// <summary>Multiplies what is kept; what is dropped is zero whatever it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Thin(float* gains, float* from, float* to, int count)
    {
        for (var i = 0; i < count; i += L.Count)
        {
            var gain = Rows<L, V>.Load(gains + i, count - i);
            Rows<L, V>.Store(to + i, L.WhereLess(L.Zero, gain, L.Multiply(Rows<L, V>.Load(from + i, count - i), gain), L.Zero), count - i);
        }
    }
}
