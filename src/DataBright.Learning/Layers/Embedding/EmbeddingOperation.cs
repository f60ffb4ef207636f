using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>
/// Token vectors plus place vectors. Gradients of a token's vector are chains over the (example, place) it stands at, those of
/// a place's vector chains over the examples; both start at zero.
/// </summary>
internal sealed unsafe class EmbeddingOperation<L, V> : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Embedding _layer;
    private readonly Map _input;
    private readonly Map _output;
    private readonly Vectors _weights;
    private readonly Team _team;
    private readonly Action<int> _makeValues;
    private readonly Action<int> _makeTokenGradients;
    private readonly Action<int> _makePlaceGradients;
    private readonly Action<int> _makeInfluence;
    private int _count;
    private double[] _influences = [];

    public EmbeddingOperation(Embedding layer, Map input, Map output, Vectors weights, Team team)
    {
        (_layer, _input, _output, _weights, _team) = (layer, input, output, weights, team);
        _makeValues = MakeValues;
        _makeTokenGradients = MakeTokenGradients;
        _makePlaceGradients = MakePlaceGradients;
        _makeInfluence = MakeInfluence;
    }

    private int Length => _input.Shape.Width;

    /// <summary>Tokens are dealt to so many pieces by their number.</summary>
    private int Pieces => _team.Size == 1 ? 1 : 4 * _team.Size;

    public override void Forward(int count) => _team.Run(count, _makeValues);

    public override void Backward(int count)
    {
        _count = count;
        _team.Run(Pieces, _makeTokenGradients);
        _team.Run(Length, _makePlaceGradients);
    }

    public override ParameterBlock Influential => _weights;

    public override void AddInfluences(int count, float* scratch, double[] influences)
    {
        _influences = influences;
        _team.Run(count, _makeInfluence);
    }

    private void MakeValues(int example)
    {
        for (var place = 0; place < Length; place++)
            Rows<L, V>.Add(
                _weights.Values + _weights.Start(0) + (nint)Token(example, place) * _layer.Size,
                _weights.Values + _weights.Start(1) + (nint)place * _layer.Size,
                _output.Values(example) + place * _layer.Size, _layer.Size);
        Rows<L, V>.FinishValues(_output, example);
    }

    private void MakeTokenGradients(int piece)
    {
        var gradients = _weights.Gradients + _weights.Start(0);
        for (var token = piece; token < _layer.Vocabulary; token += Pieces)
            new Span<float>(gradients + (nint)token * _layer.Size, _layer.Size).Clear();
        for (var example = 0; example < _count; example++)
            for (var place = 0; place < Length; place++)
                if (Token(example, place) is var token && token % Pieces == piece)
                    Add(gradients + (nint)token * _layer.Size, example, place);
    }

    private void MakePlaceGradients(int place)
    {
        var gradient = _weights.Gradients + _weights.Start(1) + (nint)place * _layer.Size;
        new Span<float>(gradient, _layer.Size).Clear();
        for (var example = 0; example < _count; example++) Add(gradient, example, place);
    }

    /// <summary>A place adds its gradient to one token's vector, so the sum over places needs no product first.</summary>
    private void MakeInfluence(int example)
    {
        var upstream = _output.Gradients(example);
        for (var place = 0; place < Length; place++)
            _influences[example] += InnerProduct<L, V>.Of(upstream + place * _layer.Size, 0,
                _weights.Direction + _weights.Start(0) + (nint)Token(example, place) * _layer.Size, 0, 1, _layer.Size);
        _influences[example] += InnerProduct<L, V>.Of(upstream, _layer.Size, _weights.Direction + _weights.Start(1), _layer.Size, Length,
            _layer.Size);
    }

    private void Add(float* sum, int example, int place) =>
        Rows<L, V>.Add(sum, _output.Gradients(example) + place * _layer.Size, sum, _layer.Size);

    private int Token(int example, int place) => (int)_input.Values(example)[place];
}
