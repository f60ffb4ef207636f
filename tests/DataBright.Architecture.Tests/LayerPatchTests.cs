using System.Diagnostics;
using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>The example of a new kind of layer applies to the sources as they are, and touches few files outside its own folder.</summary>
public sealed partial class LayerPatchTests
{
    private const string Patch = "docs/how-to/add-a-layer.patch", HowTo = "docs/how-to/add-a-layer.md";
    private const string Kinds = "src/DataBright.Learning/Layers/", Table = Kinds + "LayerKinds.cs";
    private const int MaxFilesOutside = 3;

    private static readonly RepositoryFiles Files = RepositoryFiles.OnDisk;

    [Fact]
    public void The_example_applies() => Check(Files).ShouldBeEmpty();

    [Fact]
    public void An_example_that_sources_have_left_behind_is_found() =>
        Check(Files.With(Table, "        new ReluKind(),\n", "")).ShouldContain(Table);

    [Fact]
    public void A_new_kind_touches_three_files_outside_of_its_folder_and_the_tests()
    {
        var touched = Touched(Files);
        var own = touched.Where(path => path.StartsWith(Kinds, StringComparison.Ordinal) && path != Table)
            .Select(path => path[..(path.LastIndexOf('/') + 1)]).Distinct().ShouldHaveSingleItem();
        Files.Paths.ShouldNotContain(path => path.StartsWith(own, StringComparison.Ordinal), "the example is kept, not applied");
        touched.Where(path => !path.StartsWith(own, StringComparison.Ordinal) && !path.StartsWith("tests/", StringComparison.Ordinal))
            .Count().ShouldBeInRange(1, MaxFilesOutside);
    }

    [Fact]
    public void The_note_names_every_file_of_the_example()
    {
        // Files of the new folder, which do not exist, stand there from Layers/ on.
        var note = Files.Read(HowTo);
        Touched(Files).Select(path => Files.Paths.Contains(path) ? path : path.Replace(Kinds, "Layers/", StringComparison.Ordinal))
            .Where(path => !note.Contains($"`{path}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>What git says of the patch in a folder with the files that it changes; nothing where it applies.</summary>
    private static string Check(RepositoryFiles files)
    {
        var folder = Directory.CreateTempSubdirectory("layer-patch-");
        try
        {
            foreach (var path in Touched(files).Where(files.Paths.Contains).Append(Patch))
                Write(Path.Combine(folder.FullName, path), files.Read(path));
            var start = new ProcessStartInfo("git", ["apply", "--check", Patch])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardError = true,
            };
            // Not in a repository: git would leave out paths that are not in it.
            start.Environment["GIT_CEILING_DIRECTORIES"] = folder.Parent!.FullName;
            using var git = Process.Start(start)!;
            var said = git.StandardError.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? "" : said;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static List<string> Touched(RepositoryFiles files) =>
        [.. Header().Matches(files.Read(Patch)).Select(header => header.Groups["path"].Value)];

    [GeneratedRegex(@"^diff --git a/\S+ b/(?<path>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Header();
}
