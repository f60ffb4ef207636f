using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>
/// A component's parameter that is a text takes what is written as it is: the name of a member without <c>@</c> would be shown as that
/// name. Parameters of other types take an expression either way.
/// </summary>
public sealed partial class PageTextTests
{
    [Fact]
    public void No_page_shows_a_members_name_in_place_of_its_text() => Shown(RepositoryFiles.OnDisk).ShouldBeEmpty();

    [Fact]
    public void A_name_in_place_of_its_text_is_found()
    {
        const string page = "src/DataBright.Node/Founding/FoundingPage.razor";
        Shown(RepositoryFiles.OnDisk.With(page, "Refusal=\"@Refusal\"", "Refusal=\"Refusal\"")).ShouldBe([$"{page}: Refusal"]);
    }

    private static List<string> Shown(RepositoryFiles files) =>
        [.. files.Paths.Where(path => path.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(path => ShownIn(path, files.Read(path)))];

    private static IEnumerable<string> ShownIn(string path, string page)
    {
        var texts = TextMember().Matches(page).Select(member => member.Groups["name"].Value).ToHashSet();
        return Argument().Matches(page).Select(argument => argument.Groups["value"].Value).Where(texts.Contains)
            .Select(name => $"{path}: {name}");
    }

    [GeneratedRegex(@"\bstring\?? (?<name>[A-Z]\w*)")]
    private static partial Regex TextMember();

    /// <summary>A parameter of a component begins with a capital, an attribute of HTML does not.</summary>
    [GeneratedRegex("\\s[A-Z]\\w*=\"(?<value>\\w+)\"")]
    private static partial Regex Argument();
}
