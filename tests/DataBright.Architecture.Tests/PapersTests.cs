using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>What docs/papers.md names exists: its files and folders, its tests, its commands with their options, and its pages.</summary>
public sealed partial class PapersTests
{
    private const string Papers = "docs/papers.md", Commands = "src/DataBright.Cli/Commands.cs";

    private static readonly string[] Programs = ["DataBright.Cli", "DataBright.Demo", "DataBright.Benches"];
    private const int Claim = 0, State = 1, Code = 2, Test = 3, Surface = 4, Columns = 5;

    private static readonly RepositoryFiles Files = RepositoryFiles.OnDisk;

    private static readonly string[] States = ["built", "partly", "library", "not built"];

    [Fact]
    public void Every_claim_has_a_state_and_one_that_is_built_has_code_a_test_and_a_way_to_do_it()
    {
        var rows = Rows(Files).ToList();
        rows.Count.ShouldBeGreaterThan(40);
        rows.ShouldAllBe(row => row.Length == Columns);
        rows.Where(row => !States.Any(state => Says(row, state))).Select(row => row[Claim]).ShouldBeEmpty();
        rows.Where(row => Says(row, "built") && row[Code..].Any(cell => !Quoted().IsMatch(cell))).Select(row => row[Claim]).ShouldBeEmpty();
    }

    [Fact]
    public void Every_path_exists() => MissingPaths(Files).ShouldBeEmpty();

    [Fact]
    public void Every_test_exists() => MissingTests(Files).ShouldBeEmpty();

    [Fact]
    public void Every_command_option_and_page_exists() => MissingSurfaces(Files).ShouldBeEmpty();

    [Fact]
    public void What_is_not_there_is_found()
    {
        const string row =
            "\n| something | built | `src/DataBright.Market/Nothing` | `ShardTests.Nothing_of_the_kind`, `Gas.t.sol: test_nothing` | "
            + "`dataset dance`, `job create --nothing`, `/nothing/{id}` |\n";
        var files = Files.With(Papers, Files.Read(Papers) + row);
        MissingPaths(files).ShouldHaveSingleItem();
        MissingTests(files).Count.ShouldBe(2);
        MissingSurfaces(files).Count.ShouldBe(3);
    }

    private static List<string> MissingPaths(RepositoryFiles files) =>
        [.. Names(files, Code)
            .Where(name => !files.Paths.Any(path => path == name || path.StartsWith(name + "/", StringComparison.Ordinal)))];

    private static List<string> MissingTests(RepositoryFiles files) => [.. Names(files, Test).Where(name => !HasTest(files, name))];

    private static bool HasTest(RepositoryFiles files, string name)
    {
        var (file, method) = name.Split(": ") is [var contract, var function]
            ? ($"/{contract}", $"function {function}(") : ($"/{name.Split('.')[0]}.cs", $" {name.Split('.')[^1]}(");
        return files.Paths.Any(path =>
            (path.StartsWith("tests/", StringComparison.Ordinal) || path.StartsWith("contracts/test/", StringComparison.Ordinal))
            && path.EndsWith(file, StringComparison.Ordinal) && files.Read(path).Contains(method, StringComparison.Ordinal));
    }

    private static List<string> MissingSurfaces(RepositoryFiles files)
    {
        var commands = CommandsOf(files);
        var options = string.Concat(Programs.Select(project => Texts(files, $"src/{project}/")));
        var pages = Texts(files, "src/DataBright.Node/");
        return [.. Names(files, Surface).Where(name => name[0] == '/'
            ? !pages.Contains($"MapGet(\"{name}\"", StringComparison.Ordinal)
            : !commands.Contains(name.Split(" --")[0])
                || name.Split(' ').Any(word => word.StartsWith("--", StringComparison.Ordinal)
                    && !options.Contains($"\"{word}\"", StringComparison.Ordinal)))];
    }

    /// <summary>"noun verb" for every verb in the command tree, and the names of commands without a noun.</summary>
    private static HashSet<string> CommandsOf(RepositoryFiles files)
    {
        var found = new HashSet<string>();
        var paths = files.Paths.ToHashSet();
        foreach (Match noun in NounFile().Matches(files.Read(Commands)))
            Add(noun.Groups["folder"].Value,
                files.Read($"src/DataBright.Cli/{noun.Groups["folder"].Value}/{noun.Groups["class"].Value}.cs"));
        foreach (var line in files.Read(Commands).Split('\n'))
            foreach (Match command in Verb().Matches(line))
                Add(command.Groups["folder"].Value, line);
        return found;

        void Add(string folder, string text)
        {
            var noun = Noun().Match(text) is { Success: true } begun ? begun.Groups["name"].Value + " " : "";
            foreach (Match verb in Class().Matches(text))
                if (FilesOf(folder, verb.Groups["class"].Value).FirstOrDefault(paths.Contains) is { } file)
                    found.Add(noun + Named().Match(files.Read(file)).Groups["name"].Value);
        }
    }

    /// <summary>A verb stands in a folder of the command line, or in a project of its own.</summary>
    private static string[] FilesOf(string folder, string type) =>
        [$"src/DataBright.Cli/{folder}/{type}.cs", $"src/DataBright.{folder}/{type}.cs"];

    private static string Texts(RepositoryFiles files, string folder) =>
        string.Concat(files.Paths.Where(path => path.StartsWith(folder, StringComparison.Ordinal)
            && path.EndsWith(".cs", StringComparison.Ordinal)).Select(files.Read));

    private static IEnumerable<string> Names(RepositoryFiles files, int column) =>
        Rows(files).SelectMany(row => Quoted().Matches(row[column]).Select(match => match.Groups["name"].Value)).Distinct();

    private static bool Says(string[] row, string state) =>
        row[State] == state || (row[State].StartsWith(state, StringComparison.Ordinal)
            && row[State][state.Length] is ':' or ';' or ',' or ' ');

    private static IEnumerable<string[]> Rows(RepositoryFiles files) => files.Read(Papers).Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray())
        .Where(cells => cells[Claim] != "claim");

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("Noun\\(\"(?<name>[a-z]+)\"")]
    private static partial Regex Noun();

    [GeneratedRegex("new (?<folder>[A-Z][A-Za-z]+)[.](?<class>[A-Za-z]+Noun)\\(\\)")]
    private static partial Regex NounFile();

    [GeneratedRegex("new (?<folder>[A-Z][A-Za-z]+)[.](?<class>[A-Za-z]+Command)\\(\\)")]
    private static partial Regex Verb();

    [GeneratedRegex("new (?:[A-Z][A-Za-z]+[.])?(?<class>[A-Za-z]+Command)\\(\\)")]
    private static partial Regex Class();

    [GeneratedRegex("(?:base|Verb)\\(\"(?<name>[a-z-]+)\"")]
    private static partial Regex Named();
}
