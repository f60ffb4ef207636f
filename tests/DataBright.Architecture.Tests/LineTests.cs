namespace DataBright.Architecture;

/// <summary>
/// Lines have at most 140 columns: of C#, contracts, scripts, styles and prose. What is generated may have more, and so may data: the text
/// inside a raw string, a raw literal, a literal that has no space to break at, the row of a table.
/// </summary>
public sealed class LineTests
{
    private const int MaxColumns = 140;
    private const string Raw = "\"\"\"";

    private static readonly string[] Kinds = [".cs", ".sol", ".js", ".mjs", ".css", ".sh", ".py", ".md"];

    [Fact]
    public void No_line_is_longer_than_a_screen() => Long(RepositoryFiles.OnDisk).ShouldBeEmpty();

    [Theory]
    [InlineData("docs/added.md", "{0}", true)]
    [InlineData("docs/added.md", "| {0} |", false)]
    [InlineData("src/DataBright.Node/Web/Scripts/added.js", "// {0}", true)]
    [InlineData("contracts/src/Added.sol", "// {0}", true)]
    public void It_is_found_in_other_languages_too(string path, string line, bool isFound) =>
        (Long(RepositoryFiles.OnDisk.With(path, string.Format(null, line, string.Join(' ', Enumerable.Repeat("word", 30))))).Count > 0)
            .ShouldBe(isFound);

    [Theory]
    [InlineData("// {0}\n", true)]
    [InlineData("var text =\n    \"\"\"\n    {0}\n    \"\"\";\n", false)]
    [InlineData("var text =\n    \"\"\"\n    short\n    \"\"\";\n// {0}\n", true)]
    [InlineData("var one = \"\"\"short\"\"\";\n// {0}\n", true)]
    public void A_long_line_is_found_where_it_is_code(string source, bool isFound)
    {
        const string path = "src/DataBright.Cli/Added.cs";
        var files = RepositoryFiles.OnDisk.With(path, string.Format(null, source, new string('x', MaxColumns)));
        (Long(files) is [{ } only] && only.StartsWith(path, StringComparison.Ordinal)).ShouldBe(isFound);
    }

    private static List<string> Long(RepositoryFiles files) =>
        [.. files.Paths.Where(IsWritten).SelectMany(path => LongIn(files.Read(path)).Select(line => $"{path}:{line}"))];

    private static bool IsWritten(string path) => Kinds.Any(kind => path.EndsWith(kind, StringComparison.Ordinal))
        && !path.EndsWith(".g.cs", StringComparison.Ordinal);

    /// <summary>Whether the line holds a raw literal, or a literal with a word that takes half of it.</summary>
    private static bool IsData(string line) => line.TrimStart().StartsWith('|') || line.Contains(Raw, StringComparison.Ordinal)
        || (line.Contains('"', StringComparison.Ordinal) && line.Split(' ').Any(word => word.Length > MaxColumns / 2));

    private static IEnumerable<int> LongIn(string text)
    {
        var isRaw = false;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            if (line.Length > MaxColumns && !isRaw && !IsData(line))
                yield return index + 1;
            if ((line.Split(Raw).Length - 1) % 2 == 1)
                isRaw = !isRaw;
        }
    }
}
