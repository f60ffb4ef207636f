namespace DataBright.Learning.Shapes;

/// <summary>The shape of one example, or of what a layer makes of it: channels × height × width.</summary>
/// <param name="Channels">Colours of an image, feature maps of a convolution, units of a dense layer.</param>
/// <param name="Height">Rows; 1 for anything flat.</param>
/// <param name="Width">Columns; 1 for anything flat.</param>
public readonly record struct ExampleShape(int Channels, int Height, int Width)
{
    /// <summary>Values in one example.</summary>
    public int Size => Channels * Height * Width;

    /// <summary>True when only the channels matter, as a dense layer demands.</summary>
    public bool IsFlat => Height == 1 && Width == 1;

    /// <summary>For example <c>1×28×28</c>.</summary>
    public override string ToString() => $"{Channels}×{Height}×{Width}";
}
