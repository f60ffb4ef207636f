namespace DataBright.Learning.Shapes;

/// <summary>What a parameter tensor holds before anything is learnt.</summary>
public enum ParameterStart
{
    /// <summary>Draws within limits that depend on the fan-in.</summary>
    Drawn,

    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>Ones.</summary>
    One,
}

/// <summary>A parameter tensor that an architecture asks for.</summary>
/// <param name="Name"><c>layer.weight</c> or <c>layer.bias</c>, for example.</param>
/// <param name="Dimensions">Convolution weights: out × in × row × column. Dense weights: out × in. Embeddings: token × value. Others: one
/// per channel.</param>
/// <param name="FanIn">Inputs that feed one output of the layer: what initialisation scales by.</param>
/// <param name="Start">What it holds at first.</param>
/// <param name="IsTrained">False for running statistics, which follow the batches instead of gradients.</param>
public sealed record ParameterShape(string Name, IReadOnlyList<int> Dimensions, int FanIn, ParameterStart Start = ParameterStart.Drawn,
    bool IsTrained = true)
{
    /// <summary>Values in the tensor.</summary>
    public int Count { get; } = Dimensions.Aggregate(1, (product, dimension) => checked(product * dimension));
}
