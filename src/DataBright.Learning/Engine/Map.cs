using DataBright.Learning.Shapes;

namespace DataBright.Learning.Engine;

/// <summary>
/// What flows between two operations for a batch of examples: values, and their gradients on the way back, in
/// example × row × column × channel order. Either may have a border of zeros on all four sides, as wide as the convolutions
/// that read it need, so that no kernel asks where the edge is. A fork has the values of its source and gradients of its own.
/// </summary>
internal sealed unsafe class Map(ExampleShape shape, Map? source = null)
{
    private int _border;
    private float* _values;
    private float* _gradients;

    public ExampleShape Shape { get; } = shape;

    public bool IsFork => source is not null;

    /// <summary>Zero rows and columns around the values: the widest padding of the convolutions that read them.</summary>
    public int Border => source?.Border ?? _border;

    /// <summary>Zero rows and columns around the gradients, for the convolution that made the values.</summary>
    public int GradientBorder { get; set; }

    /// <summary>
    /// Values pass a rectifier after they are made; gradients pass its derivative after they are made. Never set on a fork.
    /// </summary>
    public bool Rectified { get; set; }

    public int RowPitch => (Shape.Width + 2 * Border) * Shape.Channels;

    public int ImagePitch => (Shape.Height + 2 * Border) * RowPitch;

    public int GradientRowPitch => (Shape.Width + 2 * GradientBorder) * Shape.Channels;

    public int GradientImagePitch => (Shape.Height + 2 * GradientBorder) * GradientRowPitch;

    /// <summary>True when the values and the gradients of an example are each one run without a border, and stay so.</summary>
    public bool IsDense => Border == 0 && GradientBorder == 0 && !IsFork;

    public bool HasGradients { get; private set; }

    /// <summary>A fork of a fork has its gradients in that one's, and its values in the first source's.</summary>
    public Map Fork() => new(Shape, this);

    public bool IsForkOf(Map map) => source is not null && (source == map || source.IsForkOf(map));

    private float* Start => source is null ? _values : source.Start;

    public void RequireBorder(int border)
    {
        if (source is null) _border = Math.Max(_border, border);
        else source.RequireBorder(border);
    }

    public void TakeValues(Arena arena, int capacity)
    {
        if (source is null) _values = arena.Floats((long)capacity * ImagePitch);
    }

    public void TakeGradients(Arena arena, int capacity)
    {
        HasGradients = true;
        _gradients = arena.Floats((long)capacity * GradientImagePitch);
    }

    /// <summary>The first value of a row, or of the border where the row is −<see cref="Border"/>.</summary>
    public float* Values(int example, int row = 0) =>
        Start + (nint)example * ImagePitch + (nint)(row + Border) * RowPitch + Border * Shape.Channels;

    /// <summary>The gradient of the first value of a row.</summary>
    public float* Gradients(int example, int row = 0) =>
        _gradients + (nint)example * GradientImagePitch + (nint)(row + GradientBorder) * GradientRowPitch + GradientBorder * Shape.Channels;

    /// <summary>The corner of a border of <paramref name="width"/> zeros around the values.</summary>
    public float* Corner(int example, int width) => Values(example, -width) - width * Shape.Channels;
}
