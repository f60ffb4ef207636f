namespace DataBright.Bindings;

/// <summary>Names of Solidity as names of C#.</summary>
internal static class Naming
{
    private static readonly HashSet<string> Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue",
        "decimal", "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally",
        "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock",
        "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected",
        "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string",
        "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort",
        "using", "virtual", "void", "volatile", "while",
    ];

    /// <summary>Names that the generated code uses itself.</summary>
    private static readonly HashSet<string> Locals = ["at", "w", "r", "data", "log"];

    public static string Pascal(string name)
    {
        var trimmed = name.TrimStart('_');
        // DOMAIN_SEPARATOR and its like.
        if (trimmed.Length > 1 && trimmed.All(c => char.IsUpper(c) || c == '_' || char.IsDigit(c)))
            return string.Concat(trimmed.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(p => p[..1] + p[1..].ToLowerInvariant()));
        return trimmed.Length == 0 ? "" : char.ToUpperInvariant(trimmed[0]) + trimmed[1..];
    }

    public static string Parameter(string name, int index)
    {
        var trimmed = name.Trim('_');
        if (trimmed.Length == 0)
            return $"arg{index}";
        var camel = char.ToLowerInvariant(trimmed[0]) + trimmed[1..];
        return Locals.Contains(camel) ? camel + "_" : Keywords.Contains(camel) ? "@" + camel : camel;
    }

    /// <summary>A record's property; it may not be named like the record, nor like another property.</summary>
    public static IReadOnlyList<string> Properties(string record, IEnumerable<string> names)
    {
        var taken = new HashSet<string> { record, "Equals", "GetHashCode", "ToString", "GetType", "EqualityContract", "Topic", "Matches",
            "Decode", "Read", "Write" };
        var result = new List<string>();
        foreach (var (index, name) in names.Index())
        {
            var property = Pascal(name);
            if (property.Length == 0)
                property = $"Item{index + 1}";
            while (!taken.Add(property))
                property += "Value";
            result.Add(property);
        }
        return result;
    }

    public static string Xml(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
