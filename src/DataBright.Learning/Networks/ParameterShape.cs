namespace DataBright.Learning.Networks;

/// <summary>A parameter tensor that an architecture asks for.</summary>
/// <param name="Name"><c>layer.weight</c> or <c>layer.bias</c>.</param>
/// <param name="Dimensions">Convolution weights: out × in × row × column. Dense weights: out × in. Biases: out.</param>
/// <param name="FanIn">Inputs that feed one output of the layer: what initialisation scales by.</param>
public sealed record ParameterShape(string Name, IReadOnlyList<int> Dimensions, int FanIn)
{
    /// <summary>Values in the tensor.</summary>
    public int Count { get; } = Dimensions.Aggregate(1, (product, dimension) => checked(product * dimension));

    /// <summary>True for a bias, which starts at zero.</summary>
    public bool IsBias => Dimensions.Count == 1;
}
