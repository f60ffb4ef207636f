using DataBright.Learning.Checkpoints;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Engine;

/// <summary>Tensors as they stand in checkpoints, one after the other, each from a multiple of 32 floats on.</summary>
internal sealed unsafe class Vectors : ParameterBlock
{
    private readonly int[] _starts;
    private readonly int[]? _places;

    /// <summary><paramref name="places"/>[k] is the place in each tensor of value k, where kernels read them in another order.</summary>
    public Vectors(IReadOnlyList<ParameterShape> shapes, int[]? places, Arena arena, Upkeep upkeep)
        : base(shapes, shapes.Sum(Pitch), arena, upkeep)
    {
        _places = places;
        _starts = new int[shapes.Count];
        for (var i = 1; i < shapes.Count; i++) _starts[i] = _starts[i - 1] + Pitch(shapes[i - 1]);
    }

    /// <summary>Where a tensor starts in each buffer.</summary>
    public int Start(int tensor) => _starts[tensor];

    public override void Import(Checkpoint from, float* to)
    {
        for (var i = 0; i < _starts.Length; i++)
        {
            var values = from.Find(Shapes[i].Name)!.Span;
            for (var k = 0; k < values.Length; k++) to[_starts[i] + k] = values[_places is null ? k : _places[k]];
        }
    }

    public override void Export(float* from, ReadOnlySpan<Tensor> to)
    {
        for (var i = 0; i < _starts.Length; i++)
        {
            var values = to[i].Buffer;
            for (var k = 0; k < values.Length; k++) values[_places is null ? k : _places[k]] = from[_starts[i] + k];
        }
    }

    private static int Pitch(ParameterShape shape) => (shape.Count + 31) & ~31;
}
