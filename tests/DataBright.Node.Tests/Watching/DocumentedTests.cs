using System.Text.RegularExpressions;
using DataBright.Node.Watching;

namespace DataBright.Node.Tests.Watching;

/// <summary>The table in docs/operating.md, the instruments in the sources and the list of what is told are one.</summary>
public sealed partial class DocumentedTests
{
    [Fact]
    public void Every_instrument_is_in_the_table_with_its_type_its_unit_and_its_tags_and_nothing_else_is()
    {
        var made = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(path => Made().Matches(File.ReadAllText(path)))
            .Select(
                found =>
                    $"{found.Groups["name"].Value} | {TypeOf(found.Groups["kind"].Value)} | {found.Groups["unit"].Value} | "
                    + $"{string.Join(", ", InstrumentTable.Tags[found.Groups["name"].Value])}");
        var documented = Documented().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md")))
            .Select(row => string.Join(" | ",
                row.Groups["cell"].Captures.Select(cell => cell.Value.Replace("`", "", StringComparison.Ordinal).Trim()).Take(4)));
        documented.Order().ShouldBe(made.Order());
        made.Count().ShouldBe(InstrumentTable.Tags.Keys.Count(name => name.StartsWith("databright.", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_told_of_the_libraries_is_named_too()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md"));
        foreach (var name in InstrumentTable.Tags.Keys.Where(name => !name.StartsWith("databright.", StringComparison.Ordinal)))
            page.ShouldContain($"`{name}`");
    }

    private static string TypeOf(string kind) =>
        kind.Contains("Histogram", StringComparison.Ordinal) ? "histogram" : kind is "Counter" or "ObservableCounter" ? "counter" : "gauge";

    [GeneratedRegex("""Create(?<kind>(?:Observable)?(?:Counter|UpDownCounter|Gauge|Histogram))(?:<\w+>)?\(\s*"(?<name>[a-z_.]+)".*?"(?<unit>\{[a-z]+\}|s|By)",""", RegexOptions.Singleline)]
    private static partial Regex Made();

    [GeneratedRegex(@"^\|(?<cell> `databright\.[a-z_.]+` )\|(?:(?<cell>[^|\n]*)\|)+$", RegexOptions.Multiline)]
    private static partial Regex Documented();
}
