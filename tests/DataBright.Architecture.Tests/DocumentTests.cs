using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>Links between documents lead somewhere, and what the notes on changes tell to touch exists.</summary>
public sealed partial class DocumentTests
{
    private static readonly RepositoryFiles Files = RepositoryFiles.OnDisk;

    [Fact]
    public void Every_link_to_a_file_leads_to_one() => DeadLinks(Files).ShouldBeEmpty();

    [Fact]
    public void Every_path_of_a_note_on_changes_exists() => MissingPaths(Files).ShouldBeEmpty();

    [Fact]
    public void What_is_not_there_is_found()
    {
        DeadLinks(Files.With("docs/data.md", "# Data\n\n[gone](nothing.md), [there](cli.md#commands), [up](../README.md)\n"))
            .ShouldHaveSingleItem();
        MissingPaths(Files.With("docs/how-to/add-a-store.md", "`src/DataBright.Market/Nothing.cs`, `src/DataBright.Storage`\n"))
            .ShouldHaveSingleItem();
    }

    private static List<string> DeadLinks(RepositoryFiles files) => [.. from document in Documents(files)
        from Match link in Link().Matches(files.Read(document))
        let target = link.Groups["target"].Value
        where !target.Contains(':', StringComparison.Ordinal) && !Exists(files, Resolve(document, target))
        select $"{document}: {target}"];

    private static List<string> MissingPaths(RepositoryFiles files) => [.. from document in Documents(files)
        where document.StartsWith("docs/how-to/", StringComparison.Ordinal)
        from Match path in Quoted().Matches(files.Read(document))
        where !Exists(files, path.Groups["path"].Value)
        select $"{document}: {path.Groups["path"].Value}"];

    private static IEnumerable<string> Documents(RepositoryFiles files) =>
        files.Paths.Where(path => path.EndsWith(".md", StringComparison.Ordinal)
            && (!path.Contains('/', StringComparison.Ordinal) || path.StartsWith("docs/", StringComparison.Ordinal)));

    private static bool Exists(RepositoryFiles files, string path) =>
        files.Paths.Any(file => file == path || file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));

    /// <summary>A link as a path from the repository's root.</summary>
    private static string Resolve(string document, string target) =>
        Path.GetRelativePath("/", Path.GetFullPath(target, "/" + Path.GetDirectoryName(document))).Replace('\\', '/');

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`(?<path>(src|tests|contracts|docs|build|tools|bench)/[^` …]+)`")]
    private static partial Regex Quoted();
}
