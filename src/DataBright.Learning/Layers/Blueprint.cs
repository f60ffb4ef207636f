using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>
/// Turns an architecture into maps, parameters and operations: what is computed where, with all memory taken. The kinds of the
/// layers plan their part with it, first layer to last; their operations are made once every map has its border.
/// </summary>
internal sealed class Blueprint<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Upkeep _upkeep;
    private readonly List<Map> _maps = [];
    private readonly List<Func<Operation>> _steps = [];
    private readonly List<ParameterBlock> _parameters = [];
    private int _streams;

    /// <param name="input">The shape of one example.</param>
    /// <param name="nodes">What to compute: layers in their places, first to last.</param>
    /// <param name="capacity">Most examples at a time.</param>
    /// <param name="team">Shares the work.</param>
    /// <param name="upkeep">What training needs; nothing for evaluation alone.</param>
    /// <param name="arena">Gives the memory, or only measures it.</param>
    public Blueprint(ExampleShape input, IReadOnlyList<LayerNode> nodes, int capacity, Team team, Upkeep upkeep, Arena arena)
    {
        (Capacity, Team, Arena, _upkeep) = (capacity, team, arena, upkeep);
        Input = AddMap(input);
        Output = Walk(nodes, Input);
        foreach (var map in _maps)
        {
            map.TakeValues(arena, capacity);
            if (IsTraining && IsDerived(map)) map.TakeGradients(arena, capacity);
        }

        Operations = [.. _steps.Select(step => step())];
        Parameters = [.. _parameters];
        RequireAll(nodes);
    }

    public Map Input { get; }

    public Map Output { get; }

    public Pass Pass { get; } = new();

    public int Capacity { get; }

    public Team Team { get; }

    public Arena Arena { get; }

    public bool IsTraining => _upkeep != Upkeep.None;

    /// <summary>Arrays, because walking through one allocates nothing.</summary>
    public Operation[] Operations { get; }

    public ParameterBlock[] Parameters { get; }

    /// <summary>
    /// Takes, or measures, what influences need: a direction for each trained block, and the scratch memory that is returned.
    /// </summary>
    /// <exception cref="NotSupportedException">A layer has parameters whose influence is not defined; the message names it.</exception>
    public unsafe float* TakeInfluences(int capacity, Arena arena)
    {
        ParameterBlock[] trained = [.. Parameters.Where(block => block.IsTrained)];
        var silent = trained.Except(Operations.Select(operation => operation.Influential)).FirstOrDefault();
        if (silent is not null) throw new NotSupportedException($"The parameters of layer '{silent.Layer}' have no in-run values.");
        foreach (var block in trained) block.TakeDirection(arena);
        return arena.Floats(Operations.Max(operation => operation.InfluenceScratch(capacity)));
    }

    /// <summary>Plans some layers after each other and returns the map of the last.</summary>
    public Map Walk(IReadOnlyList<LayerNode> nodes, Map map)
    {
        foreach (var node in nodes)
        {
            map = node.Kind.Build(node, map, this);
            if (map.Shape.Size != node.Output.Size) throw Unlike(node, $"builds {map.Shape} where it infers {node.Output}");
        }

        return map;
    }

    /// <summary>False for the examples themselves, whose gradients nobody needs.</summary>
    public bool IsDerived(Map map) => map != Input && !map.IsForkOf(Input);

    public Map AddMap(ExampleShape shape) => Add(new Map(shape));

    /// <summary>A map with the values of <paramref name="input"/> and gradients of its own.</summary>
    public Map AddFork(Map input) => Add(input.Fork());

    /// <summary>A map with a copy of the values of <paramref name="input"/>.</summary>
    public Map AddCopy(Map input)
    {
        var output = AddMap(input.Shape);
        AddStep(() => new CopyOperation<L, V>(input, output, Team));
        return output;
    }

    /// <summary>Makes an operation later, when maps have their memory: after those of earlier steps, and it runs after them.</summary>
    public void AddStep(Func<Operation> step) => _steps.Add(step);

    /// <summary>Parameters in panels, for matrix products; within a step.</summary>
    public Weights TakeWeights(IReadOnlyList<ParameterShape> shapes, int[] places) => Take(new Weights(shapes, places, Arena, _upkeep));

    /// <summary>Parameters as they stand in checkpoints; within a step.</summary>
    public Vectors TakeVectors(IReadOnlyList<ParameterShape> shapes, int[]? places) => Take(new Vectors(shapes, places, Arena, _upkeep));

    /// <summary>Running statistics, which have neither gradients nor moments; within a step.</summary>
    public Vectors TakeStatistics(IReadOnlyList<ParameterShape> shapes, int[]? places) =>
        Take(new Vectors(shapes, places, Arena, Upkeep.None));

    /// <summary>The number of an operation among those that draw by chance; within a step.</summary>
    public int TakeStream() => _streams++;

    /// <summary>A tensor that no operation holds would be missing in every checkpoint and state hash.</summary>
    private void RequireAll(IReadOnlyList<LayerNode> nodes)
    {
        var taken = _parameters.SelectMany(block => block.Shapes).Select(shape => shape.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in LayerNode.Flattened(nodes))
            if (node.Parameters.FirstOrDefault(shape => !taken.Contains(shape.Name)) is { } idle)
                throw Unlike(node, $"infers the tensor '{idle.Name}', which no operation takes");
    }

    private static InvalidOperationException Unlike(LayerNode node, string problem) =>
        new($"The layer kind '{node.Kind.Name}' {problem} (layer '{node.Layer.Name}').");

    private Map Add(Map map)
    {
        _maps.Add(map);
        return map;
    }

    private T Take<T>(T block) where T : ParameterBlock
    {
        if (block.Shapes.Count == 0) throw new InvalidOperationException("An operation takes parameters, and its layer kind infers none.");
        _parameters.Add(block);
        return block;
    }
}
