using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataBright.Architecture.Patches;

/// <summary>
/// Checks Solidity by the compiler that the contracts are built with. No code is made of it: that of all that tests deploy takes minutes.
/// </summary>
internal static partial class SolidityCompiler
{
    private const string Folder = "contracts/", Library = "@openzeppelin/";

    /// <param name="folder">A source that is in it replaces the repository's.</param>
    /// <param name="sources">The paths of what is checked, with whatever it imports.</param>
    /// <param name="file">The file of a contract.</param>
    /// <param name="contract">Its name.</param>
    /// <returns>The contract's ABI, and the compiler's errors and warnings.</returns>
    public static (JsonElement Abi, IReadOnlyList<string> Problems) Compile(
        string folder, IEnumerable<string> sources, string file, string contract)
    {
        var texts = new Dictionary<string, string>();
        foreach (var source in sources) Read(folder, source, texts);
        var input = Path.Combine(folder, "solc.json");
        File.WriteAllText(input, JsonSerializer.Serialize(new
        {
            language = "Solidity",
            sources = texts.ToDictionary(text => text.Key, text => new { content = text.Value }),
            settings = new
            {
                evmVersion = "prague",
                remappings = new[] { $"{Library}=node_modules/{Library}" },
                outputSelection = new Dictionary<string, object> { ["*"] = new Dictionary<string, string[]> { ["*"] = ["abi"] } },
            },
        }));
        var solc = Path.Combine(Repository.Root, "contracts", "solc");
        var (code, said) = Tool.Ask("sh", ["-c", "exec \"$0\" --standard-json < \"$1\"", solc, input], folder);
        code.ShouldBe(0, said);
        var output = JsonDocument.Parse(said).RootElement;
        string[] problems = output.TryGetProperty("errors", out var errors)
            ? [.. errors.EnumerateArray().Select(error => error.GetProperty("formattedMessage").GetString()!)] : [];
        var abi = problems.Length > 0 ? default
            : output.GetProperty("contracts").GetProperty(file).GetProperty(contract).GetProperty("abi");
        return (abi, problems);
    }

    private static void Read(string folder, string path, Dictionary<string, string> texts)
    {
        if (texts.ContainsKey(path)) return;
        var here = Path.Combine(folder, path);
        var text = texts[path] = File.ReadAllText(File.Exists(here) ? here : Path.Combine(Repository.Root, path));
        foreach (Match import in Import().Matches(text))
        {
            var target = import.Groups["path"].Value;
            Read(folder, target.StartsWith(Library, StringComparison.Ordinal) ? $"node_modules/{target}"
                : Path.GetRelativePath("/", Path.GetFullPath(target, "/" + Path.GetDirectoryName(path))), texts);
        }
    }

    [GeneratedRegex("^import [^;]*?\"(?<path>[^\"]+)\";", RegexOptions.Multiline)]
    private static partial Regex Import();
}
