using System.Text.Json;

namespace DataBright.Architecture.Patches;

/// <summary>A new market word, with all that it has from its contract to its page and its command.</summary>
public sealed class WordPatchTests : IDisposable
{
    private const string Word = "Notices", Contract = "contracts/src/Notices/Notices.sol";
    private const int MaxFilesOutside = 3;

    /// <summary>In the order in which they use each other.</summary>
    private static readonly string[] Projects = ["DataBright.Market", "DataBright.Node", "DataBright.Cli"];

    private static readonly RepositoryFiles Files = RepositoryFiles.OnDisk;
    private static readonly WorkedPatch Patch = new("add-a-market-word", "", Shared: [], MaxFilesOutside);

    private readonly string _folder = Directory.CreateTempSubdirectory("word-patch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_example_applies_and_compiles_in_every_project()
    {
        Patch.Apply(Files, _folder).ShouldBeEmpty();
        foreach (var project in Projects) Compile(project).ShouldBeEmpty(project);
    }

    [Fact]
    public void An_example_that_does_not_compile_is_found()
    {
        Patch.Apply(Files, _folder).ShouldBeEmpty();
        Compile(Projects[0]).ShouldBeEmpty();
        File.AppendAllText(Path.Combine(_folder, "src/DataBright.Node/Notices/NoticesPage.razor"), "<p>@Notices.Nothing</p>");
        Compile(Projects[1]).ShouldContain("CS1061");
    }

    [Fact]
    public void Its_contract_and_the_tests_of_it_compile_and_have_the_ABI_of_its_bindings()
    {
        Patch.Apply(Files, _folder).ShouldBeEmpty();
        var (abi, problems) = Solidity();
        problems.ShouldBeEmpty();
        using var bound = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "src/DataBright.Market/Generated/Notices.abi.json")));
        abi.GetArrayLength().ShouldBe(bound.RootElement.GetArrayLength());
        abi.EnumerateArray().ShouldAllBe(entry => bound.RootElement.EnumerateArray().Any(one => JsonElement.DeepEquals(one, entry)));
    }

    [Fact]
    public void A_contract_that_does_not_compile_is_found()
    {
        Patch.Apply(Files, _folder).ShouldBeEmpty();
        var path = Path.Combine(_folder, Contract);
        File.WriteAllText(path, File.ReadAllText(path).Replace("_datasets.dataset(", "_datasets.nothing(", StringComparison.Ordinal));
        Solidity().Problems.ShouldContain(problem => problem.Contains("nothing", StringComparison.Ordinal));
    }

    [Fact]
    public void It_touches_no_more_files_outside_of_its_folders_than_it_says()
    {
        Files.Paths.Where(IsOwn).ShouldBeEmpty("the example is kept, not applied");
        Outside(Patch.Touched(Files)).Count.ShouldBeInRange(1, MaxFilesOutside);
    }

    [Fact]
    public void A_file_more_is_found_whether_it_is_of_the_product_or_of_the_tests()
    {
        Outside(["src/DataBright.Market/Notices/NoticeWord.cs", "src/DataBright.Market/Generated/Notices.Errors.g.cs"]).ShouldBeEmpty();
        string[] shared =
            ["src/DataBright.Market/Generated/Errors.g.cs", "tests/DataBright.Testing/DebtWalk.cs", "contracts/test/Market.sol"];
        Outside(shared).ShouldBe(shared);
    }

    [Fact]
    public void The_note_names_every_file_outside_and_where_its_own_folders_are()
    {
        var note = Files.Read(Patch.Note);
        Patch.Touched(Files).Select(path => IsOwn(path) ? path[..path.IndexOf($"/{Word}", StringComparison.Ordinal)] : path)
            .Distinct().Where(path => !note.Contains($"`{path}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>A folder of the word's name, and what is generated under its name. Documents are prose, and counted apart.</summary>
    private static bool IsOwn(string path) => path.Contains($"/{Word}/", StringComparison.Ordinal)
        || path.Contains($"/Generated/{Word}.", StringComparison.Ordinal);

    private static List<string> Outside(IEnumerable<string> paths) =>
        [.. paths.Where(path => !IsOwn(path) && !path.EndsWith(".md", StringComparison.Ordinal))];

    private string Compile(string project)
    {
        var sources = Files.Paths.Union(Patch.Touched(Files)).Where(path => path.StartsWith($"src/{project}/", StringComparison.Ordinal)
            && (path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal)));
        return Compiler.Compile(project, [.. sources], _folder);
    }

    /// <summary>Asks the compiler of the contracts, as Foundry does, for the example's contract and its tests.</summary>
    private (JsonElement Abi, IReadOnlyList<string> Problems) Solidity() => SolidityCompiler.Compile(
        _folder, Patch.Touched(Files).Where(path => path.EndsWith(".sol", StringComparison.Ordinal)), Contract, Word);
}
