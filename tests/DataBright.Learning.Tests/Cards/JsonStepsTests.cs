using System.Text.Json;
using DataBright.Learning.Cards.Records;

namespace DataBright.Learning.Tests.Cards;

/// <summary>Paths into documents, which a stranger's card writes.</summary>
public sealed class JsonStepsTests
{
    [Theory]
    [InlineData("$.a", "1")]
    [InlineData("$.b[*].a", "2 3")]
    [InlineData("$..a", "1 2 3")]
    [InlineData("$.b[1]['a']", "3")]
    [InlineData("$.none", "")]
    public void What_a_path_leads_to(string path, string values)
    {
        using var document = JsonDocument.Parse("""{ "a": 1, "b": [ { "a": 2 }, { "a": 3 } ] }""");
        string.Join(' ', JsonSteps.Parse(path).Of(document.RootElement).Select(found => found.GetRawText())).ShouldBe(values);
    }

    /// <summary>
    /// Forty lists in each other have 40 parts below the first, 780 pairs of them, 9,880 triples, 91,390 fours, 658,008 fives, 3,838,380
    /// sixes.
    /// </summary>
    [Fact]
    public void A_path_that_multiplies_what_it_finds_ends()
    {
        using var document = JsonDocument.Parse($"{new string('[', 41)}1{new string(']', 41)}");
        var five = string.Concat(Enumerable.Repeat("..*", 5));
        JsonSteps.Parse($"${five}").Of(document.RootElement).Count.ShouldBeInRange(500_000, 1 << 20);
        Should.Throw<MalformedInputException>(() => JsonSteps.Parse($"${five}..*").Of(document.RootElement)).Message
            .ShouldContain("--ignore-column");
    }
}
