namespace DataBright.Learning.Layers;

/// <summary>y = W·x + b over flat features.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Units">Outputs.</param>
public sealed record Dense(string Name, int Units) : Layer(Name);
