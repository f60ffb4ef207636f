namespace DataBright.Architecture.Folders;

/// <summary>Tests of a folder are in the folder of the same name, of the test project of the same name.</summary>
public sealed class TestFolderTests
{
    /// <summary>Folders of test projects that no source project has, and why.</summary>
    private static readonly (string Folder, string Why)[] Others =
    [
        ("*/Peers", "Programs of others that tests compare with, and the scripts that they run."),
        ("*/Hostile", "What strangers, broken providers and full disks do to a whole process; no folder of the product is theirs."),
        ("Cli/Faults", "A command's answers to a chain and a disk that fail, whatever the command."),
        ("Cli/Launcher", "./databright, which is no project."),
        ("Cli/Market", "Commands of several nouns on one running market, which is started once for all of them."),
        ("Compute/Stories", "Evaluations from the order to the verdict, through every folder."),
        ("Compute/Worlds", "The markets in memory and on a chain that tests of all folders act in."),
        ("Ethereum/Client/Generated", "What the generator of bindings makes of a contract for its tests."),
        ("Ethereum/Providers", "The habits of providers, which every part of the client meets."),
        ("Ethereum/Vectors", "The files of published vectors and what reads them, for all parts of the client."),
        ("Node/Sample", "The market that has everything on it that a page can show."),
    ];

    [Fact]
    public void Every_folder_of_tests_is_a_folder_of_what_they_test_or_has_its_reason()
    {
        var projects = Projects().ToList();
        projects.Count.ShouldBeGreaterThan(9);
        foreach (var project in projects)
            Folders(Tests(project))
                .Where(folder => !Directory.Exists(Path.Combine(Source(project), folder)) && Reason(project, folder) is null)
                .ShouldBeEmpty($"folders of {project}'s tests that its source does not have: name them as there, or give a reason here");
    }

    [Fact]
    public void Every_reason_is_needed()
    {
        var folders = Projects().SelectMany(project => Folders(Tests(project)).Select(folder => (project, folder))).ToList();
        foreach (var (name, why) in Others)
        {
            why.Length.ShouldBeGreaterThan(20);
            folders.ShouldContain(one => Matches(name, one.project, one.folder), name);
        }

        foreach (var (project, folder) in folders.Where(one => Reason(one.project, one.folder) is not null))
            Directory.Exists(Path.Combine(Source(project), folder)).ShouldBeFalse($"{project}/{folder} needs no reason");
    }

    /// <summary>Those with tests of their own, by the last part of their names.</summary>
    private static IEnumerable<string> Projects() =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src"), "DataBright.*")
            .Select(path => Path.GetFileName(path)["DataBright.".Length..])
            .Where(name => File.Exists(Path.Combine(Tests(name), $"DataBright.{name}.Tests.csproj")));

    private static string Source(string project) => Path.Combine(Repository.Root, "src", $"DataBright.{project}");

    private static string Tests(string project) => Path.Combine(Repository.Root, "tests", $"DataBright.{project}.Tests");

    /// <summary>Folders at any depth that have sources of tests in them.</summary>
    private static IEnumerable<string> Folders(string tests) =>
        Directory.EnumerateFiles(tests, "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".mjs" or ".py")
            .Select(file => Path.GetRelativePath(tests, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Where(folder => folder != "." && folder.Split('/')[0] is not ("bin" or "obj"))
            .Distinct();

    private static string? Reason(string project, string folder) => Others.FirstOrDefault(one => Matches(one.Folder, project, folder)).Why;

    private static bool Matches(string name, string project, string folder) => name == $"{project}/{folder}" || name == $"*/{folder}";
}
