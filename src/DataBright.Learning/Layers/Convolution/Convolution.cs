namespace DataBright.Learning.Layers;

/// <summary>A square 2-D convolution with zero padding.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Padding">Zero rows and columns added on each side; less than the kernel.</param>
/// <param name="Stride">Rows and columns from one position of the kernel to the next.</param>
/// <param name="HasBias">A bias per output channel is added; without one a zero is.</param>
public sealed record Convolution(string Name, int Channels, int Kernel, int Padding, int Stride = 1, bool HasBias = true) : Layer(Name);
