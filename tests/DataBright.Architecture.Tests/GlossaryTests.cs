using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>
/// The glossary says how words are spelled: what it names exists, every noun of the command line and of the contracts has a row, and what
/// goes is not gone.
/// </summary>
public sealed partial class GlossaryTests
{
    private const int Contract = 3, Code = 4, Columns = 8;

    private static readonly RepositoryFiles Files = RepositoryFiles.OnDisk;

    private static readonly Lazy<HashSet<string>> InContracts = new(() => Words("contracts/src/", ".sol")),
        InSources = new(() => Words("src/", ".cs"));

    [Fact]
    public void Names_of_contracts_and_code_exist()
    {
        var missing = new List<string>();
        foreach (var row in Rows("## People and machines", "## Words to come"))
        {
            missing.AddRange(Names(row[Contract]).Where(name => !InContracts.Value.Contains(name))
                .Select(name => $"{row[0]}: contract {name}"));
            missing.AddRange(Names(row[Code]).Where(name => !InSources.Value.Contains(name)).Select(name => $"{row[0]}: C# {name}"));
        }

        missing.ShouldBeEmpty();
    }

    [Fact]
    public void Every_noun_of_the_command_line_and_every_contract_has_a_row()
    {
        var told = Rows("## People and machines", "## Words to come").SelectMany(row => row.SelectMany(Names))
            .Select(name => name.Split(' ')[0]).ToHashSet();
        var nouns =
            Files.Paths.Where(path => path.StartsWith("src/DataBright.Cli/", StringComparison.Ordinal)
                && path.EndsWith("Noun.cs", StringComparison.Ordinal))
            .SelectMany(path => Nouns().Matches(Files.Read(path)).Select(match => match.Groups["name"].Value)).ToList();
        nouns.Count.ShouldBeGreaterThan(10);
        nouns.Except(["audit", "index", "completion"]).Where(noun => !told.Contains(noun)).ShouldBeEmpty();
        var contracts = Files.Paths.Where(path => Contracts().IsMatch(path)).Select(path => Path.GetFileNameWithoutExtension(path)[1..]);
        contracts.Where(contract => !told.Contains(contract)).ShouldBeEmpty();
    }

    [Fact]
    public void A_word_that_goes_is_still_there()
    {
        var gone = Rows("## Words that go", null).SelectMany(row => Names(row[0]))
            .Where(name => !name.Contains('…', StringComparison.Ordinal))
            .Where(name => !InSources.Value.Contains(name.Split('.')[^1]) && !InContracts.Value.Contains(name.Split('.')[^1]));
        gone.ShouldBeEmpty("take the row out");
    }

    [Fact]
    public void A_word_stands_there_once()
    {
        var words = Rows("## People and machines", "## Acts").Select(row => row[0]).ToList();
        words.GroupBy(word => word).Where(group => group.Count() > 1).Select(group => group.Key).ShouldBeEmpty();
        words.Count.ShouldBeGreaterThan(50);
    }

    private static IEnumerable<string[]> Rows(string from, string? to)
    {
        var text = Files.Read("docs/glossary.md");
        var begin = text.IndexOf(from, StringComparison.Ordinal);
        begin.ShouldBeGreaterThanOrEqualTo(0, from);
        var end = to is null ? text.Length : text.IndexOf(to, StringComparison.Ordinal);
        return text[begin..end].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells[0] is not ("word" or "today") && (to is null || cells.Length == Columns));
    }

    private static IEnumerable<string> Names(string cell) => Quoted().Matches(cell).Select(match => match.Groups["name"].Value);

    private static HashSet<string> Words(string folder, string ending) =>
        [.. Files.Paths.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(ending, StringComparison.Ordinal))
            .SelectMany(path => Identifier().Matches(Files.Read(path)).Select(match => match.Value))];

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Identifier();

    [GeneratedRegex("Noun\\(\"(?<name>[a-z]+)\"")]
    private static partial Regex Nouns();

    [GeneratedRegex("^contracts/src/[A-Za-z]+/I[A-Z][A-Za-z]+[.]sol$")]
    private static partial Regex Contracts();
}
