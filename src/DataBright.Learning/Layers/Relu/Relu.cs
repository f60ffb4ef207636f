namespace DataBright.Learning.Layers;

/// <summary>max(x, 0).</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Relu(string Name) : Layer(Name);
