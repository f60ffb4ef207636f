using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>
/// The heart of self-attention for one example and one head at a time, between the projections, which are convolutions of
/// width one. Scores: chains over the head's channels, times 1 ÷ √channels. Shares: e = exp(score − largest), e ÷ sum of them.
/// Values: chains over the places. Gradients of queries, keys and values: chains over the places; of shares: chains over the
/// channels; of scores: share·(gradient − Σ share·gradient), times 1 ÷ √channels. Both sums over places are those of
/// <see cref="Reduction{L, V}"/>.
/// </summary>
internal sealed unsafe class AttentionOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly int _heads;
    private readonly int _length;
    private readonly int _channels;
    private readonly int _size;
    private readonly float _scale;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Team _team;
    private readonly SmallProduct<L, V> _toPlaces;
    private readonly SmallProduct<L, V> _toChannels;
    private readonly float* _shares;
    private readonly float* _turned;
    private readonly float* _slopes;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeGradients;

    /// <param name="heads">Heads.</param>
    /// <param name="input">Queries, keys and values of each place, one after the other.</param>
    /// <param name="output">A third of the input's channels.</param>
    /// <param name="team">Shares the work: a piece is one head of one example.</param>
    /// <param name="arena">Holds shares, which the way back needs, and turned operands.</param>
    /// <param name="capacity">Most examples.</param>
    /// <param name="training">Whether there is a way back.</param>
    public AttentionOperation(int heads, Map input, Map output, Team team, Arena arena, int capacity, bool training)
    {
        (_heads, _input, _output, _team) = (heads, input, output, team);
        _length = output.Shape.Width;
        _channels = output.Shape.Channels;
        _size = _channels / heads;
        _scale = 1f / MathF.Sqrt(_size);
        _toPlaces = new SmallProduct<L, V>(_length, _length);
        _toChannels = new SmallProduct<L, V>(_length, _size);
        _shares = arena.Floats((long)capacity * heads * _length * _length);
        _turned = arena.Floats((long)capacity * heads * TurnedPitch);
        if (training) _slopes = arena.Floats((long)capacity * heads * _length * _length);
        _makeValues = MakeValues;
        _makeGradients = MakeGradients;
    }

    /// <summary>Rows of turned operands are read by whole vectors: the pitch leaves room for the last.</summary>
    private int TurnedPitch => Math.Max(_size, _length) * _length + 32;

    public override void Forward(int count) => _team.Run(count * _heads, _makeValues);

    public override void Backward(int count) => _team.Run(count * _heads, _makeGradients);

    private void MakeValues(int piece)
    {
        var (example, head) = Math.DivRem(piece, _heads);
        var queries = _input.Values(example) + head * _size;
        var shares = _shares + (nint)piece * _length * _length;
        _toPlaces.Rows(queries, 3 * _channels, Turn(queries + _channels, 3 * _channels, _size, piece), _length, shares, _length, _size);
        Rows<L, V>.Scale(shares, _scale, shares, _length * _length);
        for (var place = 0; place < _length; place++) Share(shares + place * _length, _length);
        _toChannels.Rows(shares, _length, queries + 2 * _channels, 3 * _channels, _output.Values(example) + head * _size,
            _channels, _length);
    }

    private void MakeGradients(int piece)
    {
        var (example, head) = Math.DivRem(piece, _heads);
        float* queries = _input.Values(example) + head * _size, keys = queries + _channels, values = keys + _channels;
        float* queryGradients = _input.Gradients(example) + head * _size, keyGradients = queryGradients + _channels,
            valueGradients = keyGradients + _channels;
        var upstream = _output.Gradients(example) + head * _size;
        float* shares = _shares + (nint)piece * _length * _length, slopes = _slopes + (nint)piece * _length * _length;
        _toChannels.Rows(Turn(shares, _length, _length, piece), _length, upstream, _channels, valueGradients, 3 * _channels, _length);
        _toPlaces.Rows(upstream, _channels, Turn(values, 3 * _channels, _size, piece), _length, slopes, _length, _size);
        for (var place = 0; place < _length; place++) ShareBack(shares + place * _length, slopes + place * _length, _length);
        Rows<L, V>.Scale(slopes, _scale, slopes, _length * _length);
        _toChannels.Rows(slopes, _length, keys, 3 * _channels, queryGradients, 3 * _channels, _length);
        _toChannels.Rows(Turn(slopes, _length, _length, piece), _length, queries, 3 * _channels, keyGradients, 3 * _channels, _length);
    }

    /// <summary>Places × columns to columns × places.</summary>
    private float* Turn(float* from, nint pitch, int columns, int piece)
    {
        var to = _turned + (nint)piece * TurnedPitch;
        for (var place = 0; place < _length; place++)
            for (var c = 0; c < columns; c++)
                to[c * _length + place] = from[place * pitch + c];
        return to;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Share(float* scores, int count)
    {
        var largest = Largest(scores, count);
        V top = L.Broadcast(&largest);
        for (var i = 0; i < count; i += L.Count)
            Rows<L, V>.Store(scores + i,
                LaneFunctions<L, V>.ExpOfNonPositive(L.Subtract(Rows<L, V>.Load(scores + i, count - i), top)), count - i);
        var sum = Reduction<L, V>.Sum(new Plain(scores), count);
        V all = L.Broadcast(&sum);
        for (var i = 0; i < count; i += L.Count)
            Rows<L, V>.Store(scores + i, L.Divide(Rows<L, V>.Load(scores + i, count - i), all), count - i);
    }

    /// <summary>Which of equals is found makes no difference to what is subtracted, so lanes may look on their own.</summary>
    private static float Largest(float* scores, int count)
    {
        var lanes = stackalloc float[16];
        var whole = count / L.Count * L.Count;
        var best = L.Broadcast(scores);
        for (var i = 0; i < whole; i += L.Count) best = L.Larger(L.Load(scores + i), best);
        L.Store(lanes, best);
        var largest = lanes[0];
        for (var lane = 1; lane < L.Count; lane++)
            if (lanes[lane] > largest)
                largest = lanes[lane];
        for (var i = whole; i < count; i++)
            if (scores[i] > largest)
                largest = scores[i];
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ShareBack(float* shares, float* slopes, int count)
    {
        var sum = Reduction<L, V>.Sum(new Products(shares, slopes), count);
        V all = L.Broadcast(&sum);
        for (var i = 0; i < count; i += L.Count)
            Rows<L, V>.Store(slopes + i, L.Multiply(Rows<L, V>.Load(shares + i, count - i),
                L.Subtract(Rows<L, V>.Load(slopes + i, count - i), all)), count - i);
    }
}
