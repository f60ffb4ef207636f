using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>The table of decisions has a row for each note and no other, and each note that was changed says by which.</summary>
public sealed partial class DecisionTableTests
{
    private const string Folder = "docs/decisions/", Table = "docs/decisions/README.md";

    private static readonly RepositoryFiles Files = RepositoryFiles.OnDisk;

    [Fact]
    public void Every_note_has_a_row_with_its_title_and_no_row_is_of_another() => Titles(Files).ShouldBe(
        Notes(Files).Select(note => (note, Files.Read(Folder + note).Split('\n')[0][2..].Split(' ', 2)[1].Trim())), ignoreOrder: true);

    [Fact]
    public void Every_row_has_a_status_a_date_and_a_sentence() => Malformed(Files).ShouldBeEmpty();

    [Fact]
    public void A_note_that_was_replaced_or_amended_names_a_later_note_that_exists() => WithoutSuccessor(Files).ShouldBeEmpty();

    [Fact]
    public void A_wrong_row_is_found()
    {
        Titles(Files.With(Table, "| [0038](0038-our-own-readers.md) |", "| [0038](0038-nothing.md) |")).ShouldNotBe(Titles(Files));
        Malformed(Files.With(Table, "replaced by [0085]", "overtaken by [0085]")).ShouldHaveSingleItem();
        WithoutSuccessor(Files.With(Table, "replaced by [0085](0085-whoever-brings-data-decodes-it.md)",
            "replaced by [0099](0099-nothing.md)")).ShouldHaveSingleItem();
        WithoutSuccessor(Files.With(Folder + "0038-our-own-readers.md", "[0085](0085-whoever-brings-data-decodes-it.md)", "a later note"))
            .ShouldHaveSingleItem();
    }

    private static IEnumerable<string> Notes(RepositoryFiles files) =>
        files.Paths.Where(path => path.StartsWith(Folder, StringComparison.Ordinal) && path != Table).Select(path => path[Folder.Length..]);

    private static List<(string Note, string Title)> Titles(RepositoryFiles files) => [.. Rows(files).Select(row => (NoteOf(row), row[1]))];

    private static List<string> Malformed(RepositoryFiles files) =>
        [.. Rows(files).Where(row => row.Length != 5 || !Status().IsMatch(row[2]) || !Day().IsMatch(row[3]) || !row[4].EndsWith('.'))
            .Select(row => row[0])];

    private static List<string> WithoutSuccessor(RepositoryFiles files) => [.. from row in Rows(files)
        from link in Link().Matches(row[2])
        let successor = link.Groups["file"].Value
        where !Notes(files).Contains(successor) || string.CompareOrdinal(successor, NoteOf(row)) <= 0
            || !files.Read(Folder + NoteOf(row)).Contains(successor, StringComparison.Ordinal)
        select $"{row[0]}: {successor}"];

    private static string NoteOf(string[] row) => Link().Match(row[0]).Groups["file"].Value;

    private static IEnumerable<string[]> Rows(RepositoryFiles files) => files.Read(Table).Split('\n')
        .Where(line => line.StartsWith("| [", StringComparison.Ordinal))
        .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray());

    [GeneratedRegex(@"\[(?<number>[0-9]{4})\]\((?<file>\k<number>-[a-z0-9-]+[.]md)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(accepted|replaced by \[[^ ]+\)|amended by \[[^ ]+\)(, \[[^ ]+\))*)$")]
    private static partial Regex Status();

    [GeneratedRegex("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
    private static partial Regex Day();
}
