using System.Text.RegularExpressions;

namespace DataBright.Bindings;

/// <summary>
/// Members of enums. An ABI only says that a value is an enum, so the names are read from the sources.
/// </summary>
internal sealed partial class SolidityEnums
{
    private readonly Dictionary<string, IReadOnlyList<string>> _members = [];

    public SolidityEnums(string sourceFolder)
    {
        if (!Directory.Exists(sourceFolder))
            return;
        foreach (var file in Directory.EnumerateFiles(sourceFolder, "*.sol", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            ReadSource(File.ReadAllText(file));
    }

    /// <summary>The members of an enum such as <c>IProposals.State</c>, in order.</summary>
    public IReadOnlyList<string> MembersOf(string name) => _members.TryGetValue(name, out var members)
        ? members
        : throw new BindingsException($"The enum {name} is declared in no file of src.");

    internal void ReadSource(string source)
    {
        var text = Comment().Replace(source, " ");
        var container = "";
        foreach (Match match in Declaration().Matches(text))
            if (match.Groups["container"].Success)
                container = match.Groups["container"].Value;
            else
                _members[IsTopLevel(text, match.Index) ? match.Groups["name"].Value : $"{container}.{match.Groups["name"].Value}"] =
                    match.Groups["members"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsTopLevel(string text, int position)
    {
        var before = text.AsSpan(0, position);
        return before.Count('{') == before.Count('}');
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:contract|interface|library)\s+(?<container>\w+)[^;{]*\{|\benum\s+(?<name>\w+)\s*\{(?<members>[^}]*)\}")]
    private static partial Regex Declaration();
}
