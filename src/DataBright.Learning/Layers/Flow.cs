using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>What arrives at a layer.</summary>
/// <param name="Shape">The shape of one example.</param>
/// <param name="Order">The shape whose (row, column, channel) order its values have in memory: another after a flatten layer.</param>
/// <param name="FlattenedBy">The first layer that made it flat, or null while it is a map.</param>
internal readonly record struct Flow(ExampleShape Shape, ExampleShape Order, string? FlattenedBy);
