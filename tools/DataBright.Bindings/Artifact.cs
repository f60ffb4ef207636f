using System.Text.Json;

namespace DataBright.Bindings;

/// <summary>What the compiler made of one contract.</summary>
/// <param name="Name">The contract's name.</param>
/// <param name="SourceFile">The file that declares it, from the contracts' folder.</param>
/// <param name="Abi">Its ABI.</param>
/// <param name="Bytecode">Its creation code in hexadecimal without 0x; empty for an interface or an abstract contract.</param>
/// <param name="Notices">What the source says of each function, event and error, by canonical signature.</param>
internal sealed record Artifact(
    string Name, string SourceFile, JsonElement Abi, string Bytecode, IReadOnlyDictionary<string, string> Notices)
{
    public bool IsInterface => Bytecode.Length == 0 && Name.Length > 1 && Name[0] == 'I' && char.IsUpper(Name[1]);

    /// <summary>The name without an interface's I.</summary>
    public string Word => IsInterface ? Name[1..] : Name;

    public bool HasFunctions => Abi.EnumerateArray().Any(e => e.GetProperty("type").GetString() == "function");

    /// <summary>
    /// The contracts that are declared in <c>src</c>, in alphabetical order, and the interfaces that no contract
    /// implements under their own word. What the compiler left of files that are gone is not looked at.
    /// </summary>
    public static IReadOnlyList<Artifact> LoadAll(string outFolder)
    {
        var contracts = Path.GetDirectoryName(Path.GetFullPath(outFolder))!;
        var all = Directory.EnumerateFiles(outFolder, "*.json", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(Path.GetDirectoryName(f)!).EndsWith(".sol", StringComparison.Ordinal))
            .Select(Load).OfType<Artifact>()
            .Where(a => a.SourceFile.StartsWith("src/", StringComparison.Ordinal) && File.Exists(Path.Combine(contracts, a.SourceFile)))
            .Where(a => a.HasFunctions && (a.IsInterface || a.Bytecode.Length > 0))
            .OrderBy(a => a.Word, StringComparer.Ordinal).ToList();
        return [.. all.Where(a => !a.IsInterface || !all.Any(b => !b.IsInterface && b.Name == a.Word))];
    }

    private static Artifact? Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = document.RootElement;
        if (!root.TryGetProperty("abi", out var abi) || !root.TryGetProperty("metadata", out var metadata))
            return null;
        var target = metadata.GetProperty("settings").GetProperty("compilationTarget").EnumerateObject().First();
        var code = root.GetProperty("bytecode").GetProperty("object").GetString()!;
        if (code.Contains("__$", StringComparison.Ordinal))
            throw new BindingsException(
                $"{target.Value} links to a library that is deployed on its own, which bindings do not support: make the library's "
                + "functions internal.");
        return new Artifact(target.Value.GetString()!, target.Name, abi.Clone(),
            code.StartsWith("0x", StringComparison.Ordinal) ? code[2..] : code,
            ReadNotices(metadata.GetProperty("output")));
    }

    private static Dictionary<string, string> ReadNotices(JsonElement output)
    {
        var notices = new Dictionary<string, string>();
        if (!output.TryGetProperty("userdoc", out var userdoc))
            return notices;
        foreach (var section in new[] { "methods", "events", "errors" })
            if (userdoc.TryGetProperty(section, out var entries))
                foreach (var entry in entries.EnumerateObject())
                {
                    // An error's entry is a list, as libraries may declare the same one.
                    var doc = entry.Value.ValueKind == JsonValueKind.Array ? entry.Value.EnumerateArray().FirstOrDefault() : entry.Value;
                    if (doc.ValueKind == JsonValueKind.Object && doc.TryGetProperty("notice", out var notice))
                        notices[entry.Name] = notice.GetString()!;
                }
        return notices;
    }
}
