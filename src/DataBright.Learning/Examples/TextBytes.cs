using System.Text;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>
/// Texts as sequences of tokens that need no vocabulary: their bytes in UTF-8. A text longer than the sequence is cut there, a
/// shorter one is filled up with zeros. What a model whose first layer is an embedding of 256 tokens takes.
/// </summary>
public static class TextBytes
{
    /// <summary>Different tokens.</summary>
    public const int Vocabulary = 256;

    /// <summary>Labelled texts as examples of shape 1×1×length.</summary>
    /// <exception cref="ArgumentException">There are more labels than texts or fewer, or a label is negative.</exception>
    public static ExampleSet Of(IReadOnlyList<string> texts, IReadOnlyList<int> labels, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (texts.Count != labels.Count) throw new ArgumentException($"{texts.Count} texts have {labels.Count} labels.", nameof(labels));
        var features = new float[checked(texts.Count * length)];
        for (var n = 0; n < texts.Count; n++) Write(texts[n], features.AsSpan(n * length, length));
        return new ExampleSet(new ExampleShape(1, 1, length), features, labels.ToArray());
    }

    /// <summary>Writes the tokens of one text.</summary>
    public static void Write(string text, Span<float> tokens)
    {
        tokens.Clear();
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < Math.Min(bytes.Length, tokens.Length); i++) tokens[i] = bytes[i];
    }
}
