using DataBright.Learning.Arithmetic;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Engine;

/// <summary>Turns an architecture into maps, weights and operations: what is computed where, with all memory taken.</summary>
internal sealed class Blueprint<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly Architecture _architecture;
    private readonly Arena _arena = new();
    private readonly Team _team;
    private readonly int _capacity;
    private readonly bool _training;
    private readonly List<Operation> _operations = [];
    private readonly List<Weights> _weights = [];

    public Blueprint(Architecture architecture, int capacity, Team team, bool training)
    {
        (_architecture, _capacity, _team, _training) = (architecture, capacity, team, training);
        var maps = PlanMaps();
        Input = maps[0];
        foreach (var map in maps.Distinct())
        {
            map.TakeValues(_arena, capacity);
            if (training && map != Input) map.TakeGradients(_arena, capacity);
        }

        for (var i = 0; i < architecture.Layers.Count; i++) Add(i, maps[i], maps[i + 1]);
        Output = maps[^1];
        Operations = [.. _operations];
        Weights = [.. _weights];
    }

    public Map Input { get; }

    public Map Output { get; }

    /// <summary>Arrays, because walking through one allocates nothing.</summary>
    public Operation[] Operations { get; }

    public Weights[] Weights { get; }

    /// <summary>The map before each layer and after the last. Rectifiers and, where no border is in the way, flatten layers work in place.</summary>
    private List<Map> PlanMaps()
    {
        var maps = new List<Map> { new(_architecture.Input) };
        for (var i = 0; i < _architecture.Layers.Count; i++)
        {
            var map = maps[^1];
            switch (_architecture.Layers[i])
            {
                case Relu:
                    map.Rectified = true;
                    maps.Add(map);
                    break;
                case Flatten:
                    maps.Add(map.IsDense ? map : new Map(map.Shape));
                    break;
                case Convolution convolution:
                    map.Border = convolution.Padding;
                    maps.Add(new Map(_architecture.Outputs[i]));
                    if (maps[0] != map) maps[^1].GradientBorder = convolution.Kernel - 1 - convolution.Padding;
                    break;
                default:
                    maps.Add(new Map(_architecture.Outputs[i]));
                    break;
            }
        }

        return maps;
    }

    private void Add(int index, Map input, Map output)
    {
        switch (_architecture.Layers[index])
        {
            case Convolution layer:
                _operations.Add(new ConvolutionOperation<L, V>(layer, input, output, Take(layer.Name, PatchColumns(layer, input.Shape.Channels)), _team, _arena, _training));
                break;
            case Dense layer:
                _operations.Add(new DenseOperation<L, V>(input, output, Take(layer.Name, FlatColumns(_architecture.MapBefore(index))), _team, _arena, _training));
                break;
            case MaxPool layer:
                _operations.Add(new PoolOperation<L, V>(layer.Size, input, output, _team));
                break;
            case Flatten when input != output:
                _operations.Add(new CopyOperation<L, V>(input, output, _team));
                break;
        }
    }

    private Weights Take(string layer, int[] columns)
    {
        var weight = _architecture.Parameters.Single(parameter => parameter.Name == layer + ".weight");
        var bias = _architecture.Parameters.Single(parameter => parameter.Name == layer + ".bias");
        _weights.Add(new Weights(weight, bias, columns, _arena, _training));
        return _weights[^1];
    }

    /// <summary>Kernels stand as (channel, row, column) in checkpoints and as (row, column, channel) here.</summary>
    private static int[] PatchColumns(Convolution layer, int channels) => FlatColumns(new ExampleShape(channels, layer.Kernel, layer.Kernel));

    private static int[] FlatColumns(ExampleShape shape)
    {
        var columns = new int[shape.Size];
        var k = 0;
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
                for (var c = 0; c < shape.Channels; c++)
                    columns[k++] = (c * shape.Height + y) * shape.Width + x;
        return columns;
    }
}
