using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DataBright.Learning.Cards.Records;

/// <summary>What becomes of one value on its way from a file to a record: what the card says is done to it, and nothing else.</summary>
internal sealed class FieldValue
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);
    private readonly FieldPlan _field;
    private readonly string _document;
    private readonly List<Func<string, string>> _steps = [];

    /// <exception cref="MalformedInputException">The card asks for something that is not done here.</exception>
    public FieldValue(FieldPlan field, string document)
    {
        (_field, _document) = (field, document);
        if (field.IsRepeated) throw Fault("it holds lists");
        foreach (var transform in field.Source?.Transforms ?? [])
            foreach (var (name, body) in transform)
                if (Step(name, CroissantReader.Said(body) ?? "") is { } step) _steps.Add(step);
    }

    /// <summary>The text of a value; null where there is none.</summary>
    public string? Of(string? raw)
    {
        if (raw is null) return null;
        foreach (var step in _steps) raw = step(raw);
        return raw;
    }

    /// <summary>A value of a JSON document: texts as they are, truths as 1 and 0, objects and lists as they are written.</summary>
    public static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        _ => element.GetRawText(),
    };

    /// <inheritdoc cref="Text(JsonElement)"/>
    public static string? Text(JsonNode? node)
    {
        if (node is null) return null;
        using var document = JsonDocument.Parse(node.ToJsonString());
        return Text(document.RootElement);
    }

    public MalformedInputException Fault(string problem, Exception? fault = null) =>
        new(_document, $"field '{Excerpt.Of(_field.Name)}': {problem}; leave it out with --ignore-column, or make a table of it", fault);

    private Func<string, string>? Step(string name, string body) => name switch
    {
        // It is matched from the start of the text on, as Python's re.match does.
        "regex" => Group(Pattern($@"\A(?:{body})"), body),
        // What a replacement says with backslashes is Python's, and would be taken as it stands.
        "replace" => body.Split('/') is [var from, var to] && !to.Contains('\\') && Pattern(from) is { } pattern
            ? text => Guard(() => pattern.Replace(text, to.Replace("$", "$$", StringComparison.Ordinal)))
            : throw Fault($"'{Excerpt.Of(body)}' does not say what is replaced by what"),
        "jsonPath" => Path(body),
        "separator" or "delimiter" => throw Fault("it is divided into a list"),
        // How a date or a number is written changes no text.
        "format" or "@type" or "@id" or "name" or "description" => null,
        _ => throw Fault($"what the card does to it, '{Excerpt.Of(name)}', is not done here"),
    };

    private Func<string, string> Group(Regex pattern, string asked) => text => Guard(() =>
    {
        var match = pattern.Match(text);
        if (!match.Success) throw Fault($"'{Excerpt.Of(text, 120)}' is not of the form that the card expects, {Excerpt.Of(asked, 120)}");
        // Groups with names are counted last here, and where they stand there.
        return match.Groups.Values.Skip(1).Where(group => group.Success).MinBy(group => group.Index)?.Value ?? match.Value;
    });

    private Func<string, string> Path(string path)
    {
        JsonSteps steps;
        try
        {
            steps = JsonSteps.Parse(path);
        }
        catch (FormatException unknown)
        {
            throw Fault(unknown.Message, unknown);
        }

        return text =>
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                return steps.Of(document.RootElement) is [var one]
                    ? Text(one) ?? "" : throw Fault($"{Excerpt.Of(path)} does not lead to one value");
            }
            catch (JsonException fault)
            {
                throw Fault($"'{Excerpt.Of(text)}' is not valid JSON", fault);
            }
        };
    }

    /// <summary>Patterns are written for Python, whose groups with names have one letter more.</summary>
    private Regex Pattern(string text)
    {
        try
        {
            return new Regex(text.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException fault)
        {
            throw Fault($"'{Excerpt.Of(text)}' is no pattern", fault);
        }
    }

    private string Guard(Func<string> match)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException fault)
        {
            throw Fault("its pattern takes too long", fault);
        }
    }
}
