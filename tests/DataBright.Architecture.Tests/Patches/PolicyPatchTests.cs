namespace DataBright.Architecture.Patches;

/// <summary>A new field of a dataset's policy, which has no folder of its own.</summary>
public sealed class PolicyPatchTests : IDisposable
{
    private const int MaxFiles = 12;

    private static readonly RepositoryFiles Files = RepositoryFiles.OnDisk;
    private static readonly WorkedPatch Patch = new("add-a-policy-field", "", Shared: [], MaxFilesOutside: MaxFiles);

    private readonly string _folder = Directory.CreateTempSubdirectory("policy-patch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_example_applies_and_compiles()
    {
        Patch.Apply(Files, _folder).ShouldBeEmpty();
        Compile().ShouldBeEmpty();
    }

    [Fact]
    public void An_example_that_does_not_compile_is_found()
    {
        Patch.Apply(Files, _folder).ShouldBeEmpty();
        File.AppendAllText(Path.Combine(_folder, "src/DataBright.Market/Datasets/PolicyFields.cs"),
            "internal sealed class Unfinished : IDisposable;");
        Compile().ShouldContain("CS0535");
    }

    /// <summary>The compiled contract, which is not part of the patch, is one file more.</summary>
    [Fact]
    public void It_touches_no_more_files_than_it_says() => (Patch.Touched(Files).Count + 1).ShouldBeInRange(2, MaxFiles);

    [Fact]
    public void The_note_names_every_file_of_the_example()
    {
        var note = Files.Read(Patch.Note);
        Patch.Touched(Files).Where(path => !note.Contains($"`{path}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private string Compile()
    {
        var sources = Files.Paths.Where(path =>
            path.StartsWith("src/DataBright.Market/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal));
        return Compiler.Compile("DataBright.Market", [.. sources], _folder);
    }
}
