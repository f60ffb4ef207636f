namespace DataBright.Learning.Layers;

/// <summary>x·Φ(x) with the normal distribution Φ, by the error function.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Gelu(string Name) : Layer(Name);
