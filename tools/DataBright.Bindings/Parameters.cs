using System.Text.Json;

namespace DataBright.Bindings;

/// <summary>Parameters of a function, an event or an error with their C# types.</summary>
internal sealed record Parameters(IReadOnlyList<Parameter> Items)
{
    public static Parameters Read(JsonElement owner, string member, TypeTable types) => new(
        [.. owner.TryGetProperty(member, out var list)
            ? list.EnumerateArray().Select(p => new Parameter(
                p.GetProperty("name").GetString()!, types.Read(p), p.TryGetProperty("indexed", out var indexed) && indexed.GetBoolean()))
            : []]);

    public int HeadWords => Items.Sum(p => p.Type.Words);

    public string Canonical => $"({string.Join(',', Items.Select(p => p.Type.Canonical))})";

    /// <summary>As the list of a method's parameters; names that occur twice are counted.</summary>
    public IReadOnlyList<(string Name, SolidityType Type)> Named()
    {
        var taken = new HashSet<string>();
        return [.. Items.Select((p, i) =>
        {
            var name = Naming.Parameter(p.Name, i);
            while (!taken.Add(name))
                name += "_";
            return (name, p.Type);
        })];
    }
}

/// <summary>One parameter.</summary>
internal sealed record Parameter(string Name, SolidityType Type, bool IsIndexed);
