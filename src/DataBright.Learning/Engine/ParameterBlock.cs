using DataBright.Learning.Checkpoints;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Engine;

/// <summary>How much memory parameters take besides their values.</summary>
internal enum Upkeep
{
    /// <summary>Nothing: they are only read, or follow statistics.</summary>
    None,

    /// <summary>Gradients and a first moment.</summary>
    FirstMoment,

    /// <summary>Gradients and two moments.</summary>
    TwoMoments,
}

/// <summary>
/// Some tensors of a layer in the order that kernels read them, with their gradients and the optimiser's moments in the same
/// order. The length is a multiple of the widest vector; what no tensor fills is zero and stays zero.
/// </summary>
internal abstract unsafe class ParameterBlock
{
    private protected ParameterBlock(IReadOnlyList<ParameterShape> shapes, int count, Arena arena, Upkeep upkeep)
    {
        Shapes = shapes;
        Count = count;
        Values = arena.Floats(count);
        if (upkeep == Upkeep.None) return;
        Momentum = arena.Floats(count);
        Gradients = arena.Floats(count);
        if (upkeep == Upkeep.TwoMoments) SecondMoment = arena.Floats(count);
    }

    public IReadOnlyList<ParameterShape> Shapes { get; }

    public bool IsTrained => Shapes[0].IsTrained;

    /// <summary>Floats in each buffer.</summary>
    public int Count { get; }

    public float* Values { get; }

    public float* Momentum { get; }

    public float* SecondMoment { get; }

    public float* Gradients { get; private set; }

    /// <summary>The gradient that influences are measured along; null until <see cref="TakeDirection"/>.</summary>
    public float* Direction { get; private set; }

    /// <summary>The layer's name.</summary>
    public string Layer => Shapes[0].Name[..Shapes[0].Name.LastIndexOf('.')];

    public void TakeDirection(Arena arena) => Direction = arena.Floats(Count);

    /// <summary>Makes the gradients of the last backward pass the direction; the next pass overwrites the old direction.</summary>
    public void Aim()
    {
        var old = Direction;
        Direction = Gradients;
        Gradients = old;
    }

    public abstract void Import(Checkpoint from, float* to);

    /// <summary>Copies a buffer into tensors of <see cref="Shapes"/>, in the order of checkpoints.</summary>
    public abstract void Export(float* from, ReadOnlySpan<Tensor> to);

    /// <summary>Fresh tensors, to be filled by <see cref="Export"/>.</summary>
    public IEnumerable<Tensor> NewTensors() => Shapes.Select(shape => new Tensor(shape.Name, shape.Dimensions, new float[shape.Count]));
}
