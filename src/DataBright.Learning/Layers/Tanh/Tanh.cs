namespace DataBright.Learning.Layers;

/// <summary>The hyperbolic tangent.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Tanh(string Name) : Layer(Name);
