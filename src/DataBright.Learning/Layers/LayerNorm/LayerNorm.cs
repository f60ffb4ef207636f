namespace DataBright.Learning.Layers;

/// <summary>
/// Over the channels of each position: (x − mean) ÷ √(variance + 10^−5) · scale + shift. (J. Ba et al., "Layer normalization", 2016.)
/// </summary>
/// <param name="Name">The layer's name.</param>
public sealed record LayerNorm(string Name) : Layer(Name)
{
    internal const float Epsilon = 1e-5f;
}
