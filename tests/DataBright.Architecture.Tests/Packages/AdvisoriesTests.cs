namespace DataBright.Architecture.Packages;

/// <summary>The list of advisories is read as it is written, and a slip in it is told from a line of it.</summary>
public sealed class AdvisoriesTests
{
    [Theory]
    [InlineData("< 13.0.1", "13.0.1", false)]
    [InlineData("< 13.0.1", "13.0.1-beta1", true)]
    [InlineData("< 13.0.1", "9.0.1", true)]
    [InlineData("<= 2.1.11", "2.1.11", true)]
    [InlineData("<= 2.1.11", "2.1.12", false)]
    [InlineData(">= 8.0.0, < 8.17.1", "8.17.0", true)]
    [InlineData(">= 8.0.0, < 8.17.1", "7.5.9", false)]
    [InlineData(">= 8.0.0, < 8.17.1", "8.17.1", false)]
    [InlineData("= 4.4.2", "4.4.2", true)]
    [InlineData("= 4.4.2", "4.4.3", false)]
    [InlineData("> 1.0.0", "1.0.0", false)]
    [InlineData("< 1.2.10", "1.2.9", true)]
    [InlineData("< 0.2.510502", "0.2.510501", true)]
    [InlineData("< 1.2.3.4", "1.2.3.3", true)]
    [InlineData("< 4.0.0-nightly.3", "4.0.0-nightly.20", false)]
    [InlineData("<= 1.0.0", "1.0.0+build.7", true)]
    public void Versions_are_ordered_as_the_registries_order_them(string affected, string version, bool isAffected) =>
        AffectedVersions.Parse(affected).Contain(version).ShouldBe(isAffected);

    [Theory]
    [InlineData("")]
    [InlineData("1.0.0")]
    [InlineData("^1.0.0")]
    [InlineData("<1.0.0")]
    [InlineData("< 1.0.0 > 0.9.0")]
    [InlineData("< 1.0.0,")]
    [InlineData("< one")]
    public void What_is_no_range_is_refused(string affected) => Should.Throw<FormatException>(() => AffectedVersions.Parse(affected));

    [Theory]
    [InlineData("cargo | serde | none known | 2026-11-28", "it begins with")]
    [InlineData("npm || none known | 2026-11-28", "it begins with")]
    [InlineData("npm | ws", "expected")]
    [InlineData("npm | ws | none known", "expected")]
    [InlineData("npm | ws | none known | yesterday", "\"yesterday\" is no date")]
    [InlineData("npm | ws | < 8.17.1 | GHSA-3h5v-q93c-6h6q | terrible | 8.17.1 | 2026-11-28", "expected")]
    [InlineData("npm | ws | 8.17.1 | GHSA-3h5v-q93c-6h6q | high | 8.17.1 | 2026-11-28", "is no comparison")]
    [InlineData("npm | ws | < 8.17.1 | GHSA-3h5v-q93c-6h6q | high | 8.17.1 | 2026-11-28 | we do not mind", "expected")]
    [InlineData("npm | ws | none known | 2026-11-28\nnpm | ws | none known | 2026-11-28", "is on a line above already")]
    [InlineData("npm | ws | none known | 2026-11-28\nnpm | ws | < 8.1.0 | GHSA-1 | high | 8.1.0 | 2026-11-28", "that nothing is known")]
    public void A_slip_is_told_by_its_line(string text, string said) =>
        Should.Throw<FormatException>(() => Advisories.Read("# a comment\n\n" + text)).Message
            .ShouldSatisfyAllConditions(m => m.ShouldContain(said), m => m.ShouldMatch("^build/advisories.txt, line [34]: "));

    [Fact]
    public void What_is_accepted_has_a_reason()
    {
        var advisories = Advisories.Read("npm | a | < 2.0.0 | GHSA-1 | low | none | 2026-11-28 | accepted: its code is never loaded");
        advisories.Of(new("npm", "a")).ShouldHaveSingleItem().Accepted.ShouldBe("its code is never loaded");
    }
}
