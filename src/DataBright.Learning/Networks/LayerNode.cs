using DataBright.Learning.Layers;

namespace DataBright.Learning.Networks;

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
}
