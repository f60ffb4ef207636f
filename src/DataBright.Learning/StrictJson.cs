using System.Text.Json;

namespace DataBright.Learning;

/// <summary>A JSON element together with the place to blame when it is not what a document needs.</summary>
internal readonly struct StrictJson(JsonElement element, string document, string place)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static JsonDocument Parse(string text, string document)
    {
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException fault)
        {
            throw new MalformedInputException(document, $"not valid JSON ({fault.Message})", fault);
        }
    }

    public StrictJson Named(string name) => new(element, document, name);

    public MalformedInputException Malformed(string problem) => new(document, $"{place}: {problem}");

    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (var property in Object().EnumerateObject())
            if (!names.Contains(property.Name))
                throw Malformed($"unknown property '{property.Name}'");
    }

    public string Text(string name) =>
        Property(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Malformed($"'{name}' must be a string");

    public bool Has(string name) => Object().TryGetProperty(name, out _);

    public bool Boolean(string name) =>
        Property(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
            ? value.GetBoolean() : throw Malformed($"'{name}' must be true or false");

    public int Integer(string name) => new StrictJson(Property(name), document, $"{place}, '{name}'").Integer();

    public int Integer() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value)
            ? value : throw Malformed("a whole number is expected");

    public float Single(string name) =>
        Property(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetSingle(out var single) && float.IsFinite(single)
            ? single
            : throw Malformed($"'{name}' must be a number that 32 bits can hold");

    public double Double() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value : throw Malformed("a finite number is expected");

    public StrictJson Child(string name) => new(Property(name), document, name);

    public string Raw => element.GetRawText();

    public IEnumerable<StrictJson> Array(string name)
    {
        var array = Property(name);
        if (array.ValueKind != JsonValueKind.Array) throw Malformed($"'{name}' must be an array");
        return Items(array, document, name);
    }

    private static IEnumerable<StrictJson> Items(JsonElement array, string document, string name)
    {
        var index = 0;
        foreach (var item in array.EnumerateArray()) yield return new StrictJson(item, document, $"{name}[{index++}]");
    }

    private JsonElement Object() => element.ValueKind == JsonValueKind.Object ? element : throw Malformed("an object is expected");

    private JsonElement Property(string name) =>
        Object().TryGetProperty(name, out var value) ? value : throw Malformed($"'{name}' is missing");
}
