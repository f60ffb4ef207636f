using DataBright.Learning.Networks;

namespace DataBright.Learning.Engine;

/// <summary>
/// What flows between two operations for a batch of examples: values, and their gradients on the way back, in
/// example × row × column × channel order. Either may have a border of zeros on all four sides, as wide as a convolution
/// that reads it needs, so that no kernel asks where the edge is.
/// </summary>
internal sealed unsafe class Map(ExampleShape shape)
{
    private float* _values;
    private float* _gradients;

    public ExampleShape Shape { get; } = shape;

    /// <summary>Zero rows and columns around the values: the padding of the convolution that reads them.</summary>
    public int Border { get; set; }

    /// <summary>Zero rows and columns around the gradients, for the convolution that made the values.</summary>
    public int GradientBorder { get; set; }

    /// <summary>Values pass a rectifier after they are made; gradients pass its derivative after they are made.</summary>
    public bool Rectified { get; set; }

    public int RowPitch => (Shape.Width + 2 * Border) * Shape.Channels;

    public int ImagePitch => (Shape.Height + 2 * Border) * RowPitch;

    public int GradientRowPitch => (Shape.Width + 2 * GradientBorder) * Shape.Channels;

    public int GradientImagePitch => (Shape.Height + 2 * GradientBorder) * GradientRowPitch;

    /// <summary>True when the values and the gradients of an example are each one run without a border.</summary>
    public bool IsDense => Border == 0 && GradientBorder == 0;

    public bool HasGradients => _gradients != null;

    public void TakeValues(Arena arena, int capacity) => _values = arena.Floats((long)capacity * ImagePitch);

    public void TakeGradients(Arena arena, int capacity) => _gradients = arena.Floats((long)capacity * GradientImagePitch);

    /// <summary>The first value of a row, or of the border where the row is −<see cref="Border"/>.</summary>
    public float* Values(int example, int row = 0) =>
        _values + (nint)example * ImagePitch + (nint)(row + Border) * RowPitch + Border * Shape.Channels;

    /// <summary>The gradient of the first value of a row.</summary>
    public float* Gradients(int example, int row = 0) =>
        _gradients + (nint)example * GradientImagePitch + (nint)(row + GradientBorder) * GradientRowPitch + GradientBorder * Shape.Channels;
}
