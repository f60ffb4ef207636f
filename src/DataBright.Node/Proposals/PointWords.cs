using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using DataBright.Learning.Examples;
using DataBright.Market.Datasets;

namespace DataBright.Node.Proposals;

/// <summary>Points that are no pictures, in words: a text as it was written, a row as its numbers. Both are a stranger's.</summary>
internal static class PointWords
{
    private const int MaxNumbers = 12;
    private const int MaxLetters = 240;

    /// <summary>Whether points of a schema can be read: all but one of their dimensions are one.</summary>
    public static bool Fits(DataSchema schema) => schema.Shape.Count(size => size > 1) <= 1;

    /// <summary>A line for each point; all of them texts, or none.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<DataPoint> points)
    {
        var texts = points.Select(TextOf).ToArray();
        return texts.Contains(null) ? [.. points.Select(NumbersOf)] : [.. texts.OfType<string>()];
    }

    /// <summary>Null where a point is no text: UTF-8 in the shape 1×1×n, filled up with zeros.</summary>
    private static string? TextOf(DataPoint point)
    {
        if (point.Schema.Shape is not [1, 1, >= TextFit.Shortest]) return null;
        var bytes = new byte[point.Schema.Features];
        for (int i = 0; i < bytes.Length; i++)
        {
            float value = At(point, i);
            if (value is < 0 or > 255 || value != (byte)value) return null;
            bytes[i] = (byte)value;
        }
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        // What was cut at the last byte may end within a letter.
        for (int cut = 0; cut < 4 && end - cut > 0; cut++)
            if (Utf8.IsValid(bytes.AsSpan(0, end - cut))) return Shown(Encoding.UTF8.GetString(bytes, 0, end - cut));
        return null;
    }

    /// <summary>Null where it has what no text has. What hides or turns words is left out.</summary>
    private static string? Shown(string text)
    {
        if (text.Any(letter => char.IsControl(letter) && !char.IsWhiteSpace(letter))) return null;
        var clean =
            string.Concat(text.EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format)
                .Select(rune => rune.ToString())).ReplaceLineEndings(" ").Trim();
        return Web.Wording.Cut(clean, MaxLetters);
    }

    private static string NumbersOf(DataPoint point)
    {
        int shown = Math.Min(point.Schema.Features, MaxNumbers);
        var numbers = string.Join("  ",
            Enumerable.Range(0, shown).Select(i => At(point, i).ToString("0.####", CultureInfo.InvariantCulture)));
        return shown < point.Schema.Features ? $"{numbers}  … {Web.Wording.Count(point.Schema.Features - shown)} more" : numbers;
    }

    private static float At(DataPoint point, int index) => point.Schema.Element == ElementType.UInt8
        ? point.Features.Span[index]
        : BinaryPrimitives.ReadSingleLittleEndian(point.Features.Span[(4 * index)..]);
}
