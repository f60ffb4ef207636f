using System.Text.RegularExpressions;

namespace DataBright.Bindings;

/// <summary>Where errors are declared. An ABI lists the errors that a contract reverts with, and does not say whose they are.</summary>
internal sealed partial class ErrorSources
{
    private readonly List<(string Error, string File)> _declared = [];

    public ErrorSources(string sourceFolder)
    {
        if (!Directory.Exists(sourceFolder))
            return;
        foreach (var file in Directory.EnumerateFiles(sourceFolder, "*.sol", SearchOption.AllDirectories))
            foreach (Match match in Declaration().Matches(Comment().Replace(File.ReadAllText(file), " ")))
                _declared.Add((match.Groups["name"].Value, Path.GetFileNameWithoutExtension(file)));
    }

    /// <summary>
    /// The one of these contracts that declares an error, in its own file or its interface's; nothing where none does, or several do.
    /// </summary>
    public string Declaring(string error, IReadOnlySet<string> contracts)
    {
        var files = _declared.Where(one => one.Error == error).Select(one => one.File).ToHashSet();
        var found = contracts.Where(contract => files.Contains(contract) || files.Contains("I" + contract)).ToList();
        return found.Count == 1 ? found[0] : "";
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\berror\s+(?<name>\w+)\s*\(")]
    private static partial Regex Declaration();
}
