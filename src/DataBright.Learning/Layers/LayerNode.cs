using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>A layer in its place: what goes in and comes out, what it has to learn, and what is inside.</summary>
internal sealed record LayerNode(LayerKind Kind, Layer Layer, ExampleShape Input, ExampleShape Output)
{
    /// <summary>
    /// The shape whose (row, column, channel) order a flat input has in memory: that of the map before the flatten layer.
    /// </summary>
    public required ExampleShape Order { get; init; }

    /// <summary>What arrives at the layer after it.</summary>
    public required Flow Next { get; init; }

    public IReadOnlyList<ParameterShape> Parameters { get; init; } = [];

    /// <summary>Floating point operations for one example on the way forth; a multiply-add counts as two.</summary>
    public long Operations { get; init; }

    public IReadOnlyList<LayerNode> Body { get; init; } = [];

    public IReadOnlyList<LayerNode> Shortcut { get; init; } = [];

    /// <summary>
    /// The place in a checkpoint's tensor of each value of a parameter per channel: null for a map, whose channels stand as they are.
    /// </summary>
    public int[]? ChannelPlaces => Order == Input ? null : MemoryOrder.Places(Order);

    /// <summary>Every node with what is inside of it, in the order of parameters.</summary>
    public static IEnumerable<LayerNode> Flattened(IEnumerable<LayerNode> nodes) =>
        nodes.SelectMany(node => Flattened(node.Body).Concat(Flattened(node.Shortcut)).Prepend(node));
}
