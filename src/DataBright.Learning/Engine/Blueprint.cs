using DataBright.Learning.Arithmetic;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Engine;

/// <summary>Turns an architecture into maps, parameters and operations: what is computed where, with all memory taken.</summary>
internal sealed class Blueprint<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Arena _arena;
    private readonly Team _team;
    private readonly int _capacity;
    private readonly Upkeep _upkeep;
    private readonly List<Map> _maps = [];
    private readonly List<Func<Operation>> _steps = [];
    private readonly List<ParameterBlock> _parameters = [];
    private int _dropouts;

    /// <param name="architecture">What to compute.</param>
    /// <param name="capacity">Most examples at a time.</param>
    /// <param name="team">Shares the work.</param>
    /// <param name="upkeep">What training needs; nothing for evaluation alone.</param>
    /// <param name="arena">Gives the memory, or only measures it.</param>
    public Blueprint(Architecture architecture, int capacity, Team team, Upkeep upkeep, Arena arena)
    {
        (_capacity, _team, _upkeep, _arena) = (capacity, team, upkeep, arena);
        Input = Take(new Map(architecture.Input));
        Output = Walk(architecture.Nodes, Input);
        foreach (var map in _maps)
        {
            map.TakeValues(arena, capacity);
            if (IsTraining && IsDerived(map)) map.TakeGradients(arena, capacity);
        }

        Operations = [.. _steps.Select(step => step())];
        Parameters = [.. _parameters];
    }

    public Map Input { get; }

    public Map Output { get; }

    public Pass Pass { get; } = new();

    /// <summary>Arrays, because walking through one allocates nothing.</summary>
    public Operation[] Operations { get; }

    public ParameterBlock[] Parameters { get; }

    /// <summary>Takes, or measures, what influences need: a direction for each trained block, and the scratch memory that is returned.</summary>
    /// <exception cref="NotSupportedException">A layer has parameters whose influence is not defined; the message names it.</exception>
    public unsafe float* TakeInfluences(int capacity, Arena arena)
    {
        ParameterBlock[] trained = [.. Parameters.Where(block => block.IsTrained)];
        var silent = trained.Except(Operations.Select(operation => operation.Influential)).FirstOrDefault();
        if (silent is not null) throw new NotSupportedException($"The parameters of layer '{silent.Layer}' have no in-run values.");
        foreach (var block in trained) block.TakeDirection(arena);
        return arena.Floats(Operations.Max(operation => operation.InfluenceScratch(capacity)));
    }

    private bool IsTraining => _upkeep != Upkeep.None;

    /// <summary>Nobody needs the gradients of the examples themselves.</summary>
    private bool IsDerived(Map map) => map != Input && !map.IsForkOf(Input);

    private Map Take(Map map)
    {
        _maps.Add(map);
        return map;
    }

    private Map Walk(IReadOnlyList<LayerNode> nodes, Map map)
    {
        foreach (var node in nodes) map = Add(node, map);
        return map;
    }

    private Map Add(LayerNode node, Map input)
    {
        switch (node.Layer)
        {
            // Rectifiers and, where no border is in the way, flatten layers work in place.
            case Relu when !input.IsFork:
                input.Rectified = true;
                return input;
            case Relu:
                var rectified = Copy(input);
                rectified.Rectified = true;
                return rectified;
            case Flatten:
                return input.IsDense ? input : Copy(input);
            case Convolution layer:
                return Convolve(layer, node, input, node.Parameters);
            case SelfAttention layer:
                return Attend(layer, node, input);
            case Residual:
                return Branch(node, input);
            case var layer:
                // The scores, flat after a flatten layer, are what all others make of maps whose shape is theirs.
                var output = Take(new Map(layer is Gelu or Tanh or Dropout or LayerNorm or BatchNorm ? input.Shape : node.Output));
                _steps.Add(() => Plain(node, input, output));
                return output;
        }
    }

    private Operation Plain(LayerNode node, Map input, Map output)
    {
        switch (node.Layer)
        {
            case Dense:
                return new DenseOperation<L, V>(input, output, Take(new Weights(node.Parameters, Places(node.Order), _arena, _upkeep)), _team, _arena, IsTraining);
            case MaxPool layer:
                return new PoolOperation<L, V>(layer.Size, input, output, _team);
            case AveragePool layer:
                return new AveragePoolOperation<L, V>(layer.Size, layer.Size, input, output, _team);
            case GlobalAverage:
                return new AveragePoolOperation<L, V>(node.Input.Height, node.Input.Width, input, output, _team);
            case Gelu:
                return new ActivationOperation<L, V, GeluActivation<L, V>>(input, output, _team);
            case Tanh:
                return new ActivationOperation<L, V, TanhActivation<L, V>>(input, output, _team);
            case Dropout layer:
                return new DropoutOperation<L, V>(_dropouts++, layer.Rate, input, output, Pass, _team, _arena, _capacity, IsTraining);
            case Embedding layer:
                return new EmbeddingOperation<L, V>(layer, input, output, Take(new Vectors(node.Parameters, null, _arena, _upkeep)), _team);
            case LayerNorm:
                return new LayerNormOperation<L, V>(node.Input, input, output, Take(Norm(node)), _team, _arena, _capacity);
            case BatchNorm:
                var weights = Take(Norm(node));
                var running = Take(new Vectors([.. node.Parameters.Skip(2)], PlacesOfChannels(node), _arena, Upkeep.None));
                return new BatchNormOperation<L, V>(node.Input, input, output, weights, running, Pass, _team, _arena, _capacity);
            default:
                throw new InvalidOperationException($"No operation for {node.Layer.GetType().Name}.");
        }
    }

    private Vectors Norm(LayerNode node) => new([.. node.Parameters.Take(2)], PlacesOfChannels(node), _arena, _upkeep);

    private Map Copy(Map input)
    {
        var output = Take(new Map(input.Shape));
        _steps.Add(() => new CopyOperation<L, V>(input, output, _team));
        return output;
    }

    private Map Convolve(Convolution layer, LayerNode node, Map input, IReadOnlyList<ParameterShape> parameters)
    {
        input.RequireBorder(layer.Padding);
        var output = Take(new Map(new ExampleShape(layer.Channels, node.Output.Height, node.Output.Width)));
        if (layer.Stride == 1 && IsDerived(input)) output.GradientBorder = layer.Kernel - 1 - layer.Padding;
        // Kernels stand as (channel, row, column) in checkpoints and as (row, column, channel) here.
        var places = Places(new ExampleShape(input.Shape.Channels, layer.Kernel, layer.Kernel));
        _steps.Add(() => new ConvolutionOperation<L, V>(layer, input, output, Take(new Weights(parameters, places, _arena, _upkeep)), _team, _arena, _capacity, IsTraining));
        return output;
    }

    private Map Attend(SelfAttention layer, LayerNode node, Map input)
    {
        var channels = node.Input.Channels;
        var projected = Convolve(new Convolution(layer.Name, 3 * channels, 1, 0), node, input, [.. node.Parameters.Take(2)]);
        var mixed = Take(new Map(node.Output));
        _steps.Add(() => new AttentionOperation<L, V>(layer.Heads, projected, mixed, _team, _arena, _capacity, IsTraining));
        return Convolve(new Convolution(layer.Name, channels, 1, 0), node, mixed, [.. node.Parameters.Skip(2)]);
    }

    private Map Branch(LayerNode node, Map input)
    {
        Map body = Take(input.Fork()), shortcut = Take(input.Fork());
        _steps.Add(() => new ForkOperation<L, V>(input, body, shortcut, _team));
        var bodyEnd = Walk(node.Body, body);
        var shortcutEnd = Walk(node.Shortcut, shortcut);
        var output = Take(new Map(node.Output));
        _steps.Add(() => new JoinOperation<L, V>(bodyEnd, shortcutEnd, output, _team));
        return output;
    }

    private T Take<T>(T block) where T : ParameterBlock
    {
        _parameters.Add(block);
        return block;
    }

    /// <summary>Channels of a map stand as they are; flat ones as the dense layer reads them.</summary>
    private static int[]? PlacesOfChannels(LayerNode node) => node.Order == node.Input ? null : Places(node.Order);

    /// <summary>Where a value in (row, column, channel) order stands in the (channel, row, column) order of checkpoints.</summary>
    private static int[] Places(ExampleShape shape)
    {
        var places = new int[shape.Size];
        var k = 0;
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
                for (var c = 0; c < shape.Channels; c++)
                    places[k++] = (c * shape.Height + y) * shape.Width + x;
        return places;
    }
}
