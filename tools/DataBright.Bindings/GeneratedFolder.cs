using System.Text;
using System.Text.Json;

namespace DataBright.Bindings;

/// <summary>All generated files with their contents, made in memory, then written or compared.</summary>
internal sealed class GeneratedFolder
{
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    public GeneratedFolder(IReadOnlyList<Artifact> artifacts, SolidityEnums enums, ErrorSources errors, string targetNamespace)
    {
        var classes = artifacts.Select(a => a.Word).ToHashSet();
        var types = new TypeTable(enums, classes);
        var writers = artifacts.Select(a => (a, new ContractWriter(a, types, targetNamespace))).ToList();
        foreach (var (name, code) in new ErrorWriter(artifacts, types, errors, targetNamespace).Files())
            _files[name] = code;
        _files["ContractFiles.g.cs"] = SharedWriter.Files(targetNamespace);
        foreach (var (artifact, writer) in writers)
        {
            _files[$"{artifact.Word}.g.cs"] = writer.Write();
            _files[$"{artifact.Word}.abi.json"] = AbiText(artifact.Abi);
            if (artifact.Bytecode.Length > 0)
                _files[$"{artifact.Word}.hex"] = artifact.Bytecode + "\n";
        }
        foreach (var (name, code) in SharedWriter.Containers(types, classes, targetNamespace))
            _files[$"{name}.g.cs"] = code;
    }

    /// <summary>Files that are missing, different or too many in a folder.</summary>
    public IReadOnlyList<string> DifferencesFrom(string folder)
    {
        var found = Existing(folder).ToDictionary(f => Path.GetFileName(f)!, f => File.ReadAllText(f));
        return [.. _files.Where(f => !found.TryGetValue(f.Key, out var text) || text != f.Value).Select(f => f.Key)
            .Concat(found.Keys.Where(k => !_files.ContainsKey(k))).Order(StringComparer.Ordinal)];
    }

    /// <summary>Makes a folder hold exactly these files. Files that are right already are not touched.</summary>
    public IReadOnlyList<string> WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var different = DifferencesFrom(folder);
        foreach (var name in different)
            if (_files.TryGetValue(name, out var text))
                File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(false));
            else
                File.Delete(Path.Combine(folder, name));
        return different;
    }

    // One entry a line: a change of a function is a change of one line.
    private static string AbiText(JsonElement abi)
    {
        var entries = abi.EnumerateArray().Select(e => JsonSerializer.Serialize(e)).ToList();
        return $"[\n{string.Join(",\n", entries)}\n]\n";
    }

    private static IEnumerable<string> Existing(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(f => f.EndsWith(".g.cs", StringComparison.Ordinal)
            || f.EndsWith(".hex", StringComparison.Ordinal) || f.EndsWith(".abi.json", StringComparison.Ordinal))
        : [];
}
