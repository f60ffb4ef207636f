using System.Collections.Concurrent;

namespace DataBright.Architecture;

/// <summary>The files of the repository as text, with changes laid over them that only the test sees.</summary>
internal sealed class RepositoryFiles
{
    private static readonly HashSet<string> Made =
        ["bin", "obj", "node_modules", ".git", ".state", "TestResults", "BenchmarkDotNet.Artifacts"];

    private static readonly string[] MadeByContracts = ["contracts/out/", "contracts/cache/"];

    private static readonly ConcurrentDictionary<string, string> Texts = new();

    private readonly Dictionary<string, string> _changed;

    private RepositoryFiles(Dictionary<string, string> changed) => _changed = changed;

    public static RepositoryFiles OnDisk { get; } = new([]);

    private static readonly Lazy<IReadOnlyList<string>> All = new(() => [.. Under(Repository.Root)
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
        .Where(path => !MadeByContracts.Any(path.StartsWith))
        .Order(StringComparer.Ordinal)]);

    public IEnumerable<string> Paths => All.Value.Union(_changed.Keys);

    public string Read(string path) => 
        _changed.GetValueOrDefault(path) ?? Texts.GetOrAdd(path, static path => File.ReadAllText(Path.Combine(Repository.Root, path)));

    /// <summary>A copy in which one file reads otherwise, or is there at all.</summary>
    public RepositoryFiles With(string path, string text) => new(new Dictionary<string, string>(_changed) { [path] = text });

    /// <summary>A copy in which part of a file, which has to be there once, is replaced.</summary>
    public RepositoryFiles With(string path, string before, string after)
    {
        var text = Read(path);
        text.Split(before).Length.ShouldBe(2, $"{path} has to contain once: {before}");
        return With(path, text.Replace(before, after, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Under(string folder) =>
        Directory.GetDirectories(folder).Where(sub => !Made.Contains(Path.GetFileName(sub))).SelectMany(Under)
            .Concat(Directory.GetFiles(folder));
}
