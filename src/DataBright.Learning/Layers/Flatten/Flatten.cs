namespace DataBright.Learning.Layers;

/// <summary>Reads channels × height × width as one row of features, in that order.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Flatten(string Name) : Layer(Name);
