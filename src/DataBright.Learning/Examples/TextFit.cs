using System.Text;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>
/// Brings a text to what a model takes: the bytes of its UTF-8 as numbers from 0 to 255, cut at the model's length, filled up with zeros.
/// </summary>
public static class TextFit
{
    /// <summary>A row of fewer values is no text that says anything.</summary>
    public const int Shortest = 8;

    /// <summary>Whether a model's examples have the shape of texts, 1×1×length. Nothing says that they are some.</summary>
    /// <param name="shape">What the model takes.</param>
    public static bool Takes(ExampleShape shape) => shape is { Channels: 1, Height: 1, Width: >= Shortest };

    /// <summary>One text as one example.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="length">Values of an example, 1 at least.</param>
    /// <returns>As many values as <paramref name="length"/> says.</returns>
    public static float[] Read(string text, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var values = new float[length];
        var bytes = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < Math.Min(length, bytes.Length); i++) values[i] = bytes[i];
        return values;
    }
}
