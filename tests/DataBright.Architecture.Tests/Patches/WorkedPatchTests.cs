namespace DataBright.Architecture.Patches;

/// <summary>
/// An example of a change applies to the sources as they are, compiles there, and touches few files outside its own folder.
/// </summary>
public abstract class WorkedPatchTests : IDisposable
{
    private static readonly RepositoryFiles Files = RepositoryFiles.OnDisk;

    private readonly string _folder = Directory.CreateTempSubdirectory("worked-patch-").FullName;

    private protected abstract WorkedPatch Patch { get; }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void The_example_applies_and_compiles()
    {
        Patch.Apply(Files, _folder).ShouldBeEmpty();
        Compile().ShouldBeEmpty();
    }

    [Fact]
    public void An_example_that_sources_have_left_behind_is_found()
    {
        var changed = Patch.Shared[0];
        Patch.Apply(Files.With(changed, "// all is different now"), _folder).ShouldContain(changed);
    }

    [Fact]
    public void An_example_that_does_not_compile_is_found()
    {
        Patch.Apply(Files, _folder).ShouldBeEmpty();
        var own = Directory.EnumerateFiles(Path.Combine(_folder, Patch.Own(Files)), "*.cs").First();
        File.AppendAllText(own, "internal sealed class Unfinished : IDisposable;");
        Compile().ShouldContain("CS0535");
    }

    [Fact]
    public void It_touches_no_more_files_outside_of_its_folders_than_it_says()
    {
        var own = Patch.Own(Files);
        Files.Paths.ShouldNotContain(path => path.StartsWith(own, StringComparison.Ordinal), "the example is kept, not applied");
        // Its tests stand in a folder of the same name.
        var name = own.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1];
        Patch.Touched(Files).Where(path => !path.StartsWith(own, StringComparison.Ordinal)
                && !(path.StartsWith("tests/", StringComparison.Ordinal) && path.Contains($"/{name}/", StringComparison.Ordinal)))
            .Count().ShouldBeInRange(1, Patch.MaxFilesOutside);
    }

    [Fact]
    public void The_note_names_every_file_of_the_example()
    {
        var note = Files.Read(Patch.Note);
        Patch.Touched(Files).Where(path => !Names(path).Any(name => note.Contains($"`{name}`", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    /// <summary>A file that does not exist yet, whose path would be none, is named with a folder or two that it is in.</summary>
    private static IEnumerable<string> Names(string path)
    {
        if (Files.Paths.Contains(path)) return [path];
        var parts = path.Split('/');
        return Enumerable.Range(2, 2).Select(count => string.Join('/', parts[^count..]));
    }

    private string Compile()
    {
        var touched = Patch.Touched(Files)
            .Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal)).ToArray();
        var project = touched.Select(path => path.Split('/')[1]).Distinct().ShouldHaveSingleItem();
        var all = Files.Paths.Where(path => path.StartsWith($"src/{project}/", StringComparison.Ordinal)
            && path.EndsWith(".cs", StringComparison.Ordinal));
        return Compiler.Compile(project, [.. all.Union(touched)], _folder);
    }
}
