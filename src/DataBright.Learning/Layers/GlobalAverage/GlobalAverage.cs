namespace DataBright.Learning.Layers;

/// <summary>Mean over all rows and columns: what is left is flat. Over a sequence, its mean.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record GlobalAverage(string Name) : Layer(Name);
