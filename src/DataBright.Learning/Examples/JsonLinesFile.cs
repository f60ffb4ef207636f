using System.Text;
using System.Text.Json;
using DataBright.Learning.Archives;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>
/// Reads JSON Lines (jsonlines.org: one object a line, UTF-8, lines end with LF or CRLF). A line is <c>{"features":[0.5,…],"label":…}</c>,
/// all of the same length, or <c>{"text":"…","label":…}</c>. A label is a text or a whole number. Blank lines and other properties are
/// errors.
/// </summary>
public static class JsonLinesFile
{
    /// <summary>Longer lines are refused.</summary>
    public const int MaxLineLength = 1 << 24;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Reads lines of features; one that gzip packed is unpacked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">The classes to expect; found out when null.</param>
    /// <param name="limits">How much the file may hold, and until when it is read; the usual when null.</param>
    /// <exception cref="MalformedInputException">The file is missing or not what it should be; the message names file and line.</exception>
    public static LabelledExamples ReadFeatures(string path, IReadOnlyList<string>? classes = null, ExampleLimits? limits = null) =>
        UnpackedFile.Read(path, [], stream => ParseFeatures(stream, path, classes, limits));

    /// <summary>Reads lines of text as the bytes of their UTF-8: longer texts are cut, shorter ones filled up with zeros.</summary>
    /// <param name="path">The file; one that gzip packed is unpacked.</param>
    /// <param name="length">Bytes of an example; examples have the shape 1×1×length.</param>
    /// <param name="classes">The classes to expect; found out when null.</param>
    /// <param name="limits">How much the file may hold, and until when it is read; the usual when null.</param>
    /// <exception cref="MalformedInputException">The file is missing or not what it should be; the message names file and line.</exception>
    public static LabelledExamples ReadText(string path, int length, IReadOnlyList<string>? classes = null, ExampleLimits? limits = null) =>
        UnpackedFile.Read(path, [], stream => ParseText(stream, path, length, classes, limits));

    /// <summary>Reads lines of features from a stream; <paramref name="document"/> serves the error messages.</summary>
    public static LabelledExamples ParseFeatures(Stream content, string document, IReadOnlyList<string>? classes = null,
        ExampleLimits? limits = null)
    {
        var size = 0;
        limits ??= ExampleLimits.Usual;
        return Parse(content, document, "features", classes, () => new ExampleShape(size, 1, 1), (value, place, features) =>
        {
            if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
                throw new MalformedInputException(document, $"{place}: 'features' must be an array of numbers");
            if (size == 0) size = value.GetArrayLength();
            if (value.GetArrayLength() != size)
                throw new MalformedInputException(document, $"{place}: {value.GetArrayLength()} features; the first line has {size}");
            Require(limits, features, size, document, place);
            foreach (var item in value.EnumerateArray())
                features.Add(item.ValueKind == JsonValueKind.Number && item.TryGetSingle(out var number) && float.IsFinite(number)
                    ? number
                    : throw new MalformedInputException(document,
                        $"{place}: '{Excerpt.Of(item.GetRawText())}' is not a number that 32 bits can hold"));
        });
    }

    /// <summary>Reads lines of text from a stream; <paramref name="document"/> serves the error messages.</summary>
    public static LabelledExamples ParseText(Stream content, string document, int length, IReadOnlyList<string>? classes = null,
        ExampleLimits? limits = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        limits ??= ExampleLimits.Usual;
        var cut = 0;
        var read = Parse(content, document, "text", classes, () => new ExampleShape(1, 1, length), (value, place, features) =>
        {
            if (value.ValueKind != JsonValueKind.String) throw new MalformedInputException(document, $"{place}: 'text' must be a string");
            Require(limits, features, length, document, place);
            var text = value.GetString()!;
            if (Encoding.UTF8.GetByteCount(text) > length) cut++;
            features.AddRange(TextFit.Read(text, length));
        });
        return read with { TextsCut = cut };
    }

    private static LabelledExamples Parse(Stream content, string document, string what, IReadOnlyList<string>? classes,
        Func<ExampleShape> shape, Action<JsonElement, string, List<float>> read)
    {
        var names = new ClassNames(document, classes);
        var features = new List<float>();
        long line = 0;
        foreach (var text in Lines(content, document))
        {
            var place = $"line {++line}";
            try
            {
                using var json = JsonDocument.Parse(text, Options);
                names.Add(ReadLine(json.RootElement, what, document, place, value => read(value, place, features)), place);
            }
            catch (Exception fault) when (fault.IsUnreadable())
            {
                // A text with half a surrogate pair is valid JSON and no text.
                throw new MalformedInputException(document, $"{place}: not valid JSON ({Excerpt.Of(fault.Message)})", fault);
            }
        }

        if (names.Count == 0) throw new MalformedInputException(document, "the file is empty");
        var (labels, found) = names.Finish();
        return new LabelledExamples(new ExampleSet(shape(), features.ToArray(), labels), found);
    }

    /// <summary>Refuses one more example where it would be too much, before its values are taken.</summary>
    private static void Require(ExampleLimits limits, List<float> features, int size, string document, string place)
    {
        if (limits.Excess((long)features.Count / size + 1, (long)features.Count + size) is { } excess)
            throw new MalformedInputException(document, $"{place}: {excess}");
    }

    private static string ReadLine(JsonElement line, string what, string document, string place, Action<JsonElement> read)
    {
        if (line.ValueKind != JsonValueKind.Object) throw new MalformedInputException(document, $"{place}: an object is expected");
        foreach (var property in line.EnumerateObject())
            if (property.Name != what && property.Name != "label")
                throw new MalformedInputException(document,
                    $"{place}: unknown property '{Excerpt.Of(property.Name)}'; '{what}' and 'label' are expected");
        if (!line.TryGetProperty(what, out var value)) throw new MalformedInputException(document, $"{place}: '{what}' is missing");
        if (!line.TryGetProperty("label", out var label)) throw new MalformedInputException(document, $"{place}: 'label' is missing");
        read(value);
        if (label.ValueKind == JsonValueKind.String) return label.GetString()!;
        return label.ValueKind == JsonValueKind.Number && label.TryGetInt32(out var number) && number >= 0 ? number.ToString()
            : throw new MalformedInputException(document, $"{place}: the label must be a text or a whole number from 0");
    }

    /// <summary>Lines as bytes, without their ends; the memory is that of the longest line.</summary>
    internal static IEnumerable<ReadOnlyMemory<byte>> Lines(Stream content, string document)
    {
        var buffer = new byte[1 << 16];
        var (length, number) = (0, 0L);
        while (true)
        {
            var read = content.Read(buffer, length, buffer.Length - length);
            length += read;
            var start = number == 0 && length >= 3 ? length - Utf8Text.WithoutMark(buffer.AsSpan(0, length)).Length : 0;
            for (int end; (end = buffer.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            {
                number++;
                yield return buffer.AsMemory(start, end > 0 && buffer[start + end - 1] == '\r' ? end - 1 : end);
            }

            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            if (read == 0) break;
            if (length > MaxLineLength) throw new MalformedInputException(document, $"line {number + 1}: more than {MaxLineLength} bytes");
            if (length == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
        }

        if (length > 0) yield return buffer.AsMemory(0, length);
    }
}
