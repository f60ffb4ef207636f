namespace DataBright.Learning.Layers;

/// <summary>
/// Over the examples and positions of each channel: (x − mean) ÷ √(variance + 10^−5) · scale + shift, with the batch's figures in
/// training and running ones in evaluation, which move a tenth of the way in each step. (S. Ioffe and C. Szegedy, "Batch normalization",
/// 2015.)
/// </summary>
/// <param name="Name">The layer's name.</param>
public sealed record BatchNorm(string Name) : Layer(Name)
{
    internal const float Epsilon = 1e-5f;
    internal const float Pace = 0.1f;
}
