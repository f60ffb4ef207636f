namespace DataBright.Learning.Layers;

/// <summary>
/// The sum of what the body and the shortcut make of the same input; an empty shortcut is the input itself. Layers can name
/// no other layers, so there are no cycles. (K. He et al., "Deep residual learning", 2015.)
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Body">One layer or more.</param>
/// <param name="Shortcut">Layers that make the same shape, or none.</param>
public sealed record Residual(string Name, IReadOnlyList<Layer> Body, IReadOnlyList<Layer> Shortcut) : Layer(Name)
{
    /// <summary>A body around which the input is passed on as it is.</summary>
    public Residual(string name, IReadOnlyList<Layer> body)
        : this(name, body, [])
    {
    }
}
