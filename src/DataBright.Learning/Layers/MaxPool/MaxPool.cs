namespace DataBright.Learning.Layers;

/// <summary>Maximum over square windows that do not overlap; rows and columns that fill no window are left out.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Size">Rows and columns of a window, and its stride.</param>
public sealed record MaxPool(string Name, int Size) : Layer(Name);
