using System.Globalization;
using System.Text.Json;

namespace DataBright.Learning.Cards.Records;

/// <summary>
/// Paths into JSON as cards have them, the part of RFC 9535 that names things: <c>$</c>, <c>.name</c>, <c>['name']</c>, <c>[3]</c>,
/// <c>[*]</c>, <c>.*</c> and
/// <c>..name</c>. Filters and slices are refused.
/// </summary>
internal sealed class JsonSteps
{
    private readonly List<(bool IsDeep, string? Name, int Index)> _steps = [];

    private JsonSteps()
    {
    }

    /// <exception cref="FormatException">The path is none, or has more than names.</exception>
    public static JsonSteps Parse(string path)
    {
        var (steps, at) = (new JsonSteps(), path.StartsWith('$') ? 1 : 0);
        // A name alone is one of the object's.
        if (at == 0 && path.Length > 0 && path[0] is not ('.' or '[')) path = "." + path;
        while (at < path.Length)
        {
            var isDeep = path[at..].StartsWith("..", StringComparison.Ordinal);
            if (isDeep) at += path.Length > at + 2 && path[at + 2] == '[' ? 2 : 1;
            if (path[at] == '.') at = steps.Name(path, at + 1, isDeep);
            else if (path[at] == '[') at = steps.Bracket(path, at + 1, isDeep);
            else throw Unknown(path);
        }

        return steps;
    }

    /// <summary>The path to a property, of each object where they lie in a list.</summary>
    public static JsonSteps Member(string name, bool inList)
    {
        var steps = new JsonSteps();
        if (inList) steps._steps.Add((false, null, -1));
        steps._steps.Add((false, name, -1));
        return steps;
    }

    /// <summary>
    /// The path to what records are (all up to its last star), and the path from a record on. Where a path looks for a name anywhere, the
    /// members of a list are records.
    /// </summary>
    public (JsonSteps Records, JsonSteps End) Divide(bool isList)
    {
        var last = _steps.FindLastIndex(step => step is { Name: null, Index: < 0 });
        if (last < 0 && isList && _steps is [{ IsDeep: true }, ..]) return (Of([(false, null, -1)]), Of(_steps));
        return (Of(_steps[..(last + 1)]), Of(_steps[(last + 1)..]));
    }

    /// <summary>Whether two paths lead to the same.</summary>
    public bool IsSame(JsonSteps other) => _steps.SequenceEqual(other._steps);

    private static JsonSteps Of(IEnumerable<(bool, string?, int)> steps)
    {
        var path = new JsonSteps();
        path._steps.AddRange(steps);
        return path;
    }

    private const int MaxFound = 1 << 20;

    /// <summary>What the path leads to, in the order of the document.</summary>
    /// <exception cref="MalformedInputException">It leads to too many values.</exception>
    public IReadOnlyList<JsonElement> Of(JsonElement root)
    {
        List<JsonElement> found = [root];
        foreach (var (isDeep, name, index) in _steps)
        {
            var next = new List<JsonElement>();
            foreach (var element in isDeep ? found.SelectMany(Within) : found)
            {
                Step(element, name, index, next);
                // Each ".." after another takes up the same parts again, once for each way that leads to them.
                if (next.Count > MaxFound)
                    throw new MalformedInputException("JSON",
                        $"a path of the card leads to more than {MaxFound} values; leave its field out with --ignore-column");
            }

            found = next;
        }

        return found;
    }

    private static void Step(JsonElement element, string? name, int index, List<JsonElement> next)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            if (name is null && index < 0) next.AddRange(element.EnumerateObject().Select(property => property.Value));
            else if (name is not null && element.TryGetProperty(name, out var value)) next.Add(value);
        }
        else if (element.ValueKind == JsonValueKind.Array && name is null)
        {
            if (index < 0) next.AddRange(element.EnumerateArray());
            else if (index < element.GetArrayLength()) next.Add(element[index]);
        }
    }

    private static IEnumerable<JsonElement> Within(JsonElement element)
    {
        yield return element;
        IEnumerable<JsonElement> parts = element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Select(property => property.Value),
            JsonValueKind.Array => element.EnumerateArray(),
            _ => [],
        };
        foreach (var part in parts)
            foreach (var deep in Within(part))
                yield return deep;
    }

    private int Name(string path, int at, bool isDeep)
    {
        var end = path.AsSpan(at).IndexOfAny('.', '[') is var length and >= 0 ? at + length : path.Length;
        if (end == at) throw Unknown(path);
        var name = path[at..end];
        _steps.Add((isDeep, name == "*" ? null : name, -1));
        return end;
    }

    private int Bracket(string path, int at, bool isDeep)
    {
        var end = path.IndexOf(']', at);
        if (end <= at) throw Unknown(path);
        var body = path[at..end].Trim();
        if (body == "*") _steps.Add((isDeep, null, -1));
        else if (int.TryParse(body, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) _steps.Add((isDeep, null, index));
        else if (body.Length > 2 && body[0] is '\'' or '"' && body[^1] == body[0] && !body[1..^1].Contains(body[0]))
            _steps.Add((isDeep, body[1..^1], -1));
        else throw Unknown(path);
        return end + 1;
    }

    private static FormatException Unknown(string path) =>
        new($"the path '{path}' has more than names, numbers and stars, and is not followed here");
}
