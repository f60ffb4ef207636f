using System.Text.RegularExpressions;

namespace DataBright.Architecture.Patches;

/// <summary>A patch of <c>docs/how-to</c>, kept beside the note that explains it: an example of a change, which is not applied.</summary>
/// <param name="Name">Of the patch and of its note.</param>
/// <param name="Around">The folder that the new one stands in.</param>
/// <param name="Shared">Files of <paramref name="Around"/> that are not the example's own.</param>
/// <param name="MaxFilesOutside">Files that it may touch outside of its own folder and its tests' folder of that name.</param>
internal sealed partial record WorkedPatch(string Name, string Around, IReadOnlyList<string> Shared, int MaxFilesOutside)
{
    public string Path => $"docs/how-to/{Name}.patch";

    public string Note => $"docs/how-to/{Name}.md";

    /// <summary>The files that it changes or adds.</summary>
    public IReadOnlyList<string> Touched(RepositoryFiles files) =>
        [.. Header().Matches(files.Read(Path)).Select(header => header.Groups["path"].Value)];

    /// <summary>The folder that is all of the example's own.</summary>
    public string Own(RepositoryFiles files) => Touched(files)
        .Where(path => path.StartsWith(Around, StringComparison.Ordinal) && !Shared.Contains(path))
        .Select(path => path[..(path.LastIndexOf('/') + 1)]).Distinct().ShouldHaveSingleItem();

    /// <summary>Lays the files that it touches in a folder, and applies it there.</summary>
    /// <returns>What git says; nothing where it applies.</returns>
    public string Apply(RepositoryFiles files, string folder)
    {
        foreach (var path in Touched(files).Where(files.Paths.Contains).Append(Path))
            Write(System.IO.Path.Combine(folder, path), files.Read(path));
        // Not in a repository: git would leave out paths that are not in it.
        return Tool.Run("git", ["apply", Path], folder, ("GIT_CEILING_DIRECTORIES", System.IO.Path.GetDirectoryName(folder)!));
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    [GeneratedRegex(@"^diff --git a/\S+ b/(?<path>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Header();
}
