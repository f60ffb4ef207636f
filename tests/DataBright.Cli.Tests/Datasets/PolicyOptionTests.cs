using System.CommandLine;
using DataBright.Cli.Datasets;
using DataBright.Market.Datasets;

namespace DataBright.Cli.Tests.Datasets;

public sealed class PolicyOptionTests
{
    private static readonly DatasetPolicy Usual = new();

    public static TheoryData<string> Names => [.. PolicyFields.All.Select(rule => rule.Name)];

    [Fact]
    public void Where_nothing_is_said_the_rules_are_the_usual_ones() => Read().ShouldBe(Usual);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_rule_can_be_said(string name)
    {
        var field = PolicyFields.All.Single(field => field.Name == name);
        var text = field.Unit switch { PolicyUnit.Time => "45d", _ => "77" };
        Read($"--{name}", text).ShouldBe(field.With(Usual, field.Parse(text)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_rule_has_a_row_on_the_screen(string name)
    {
        var field = PolicyFields.All.Single(field => field.Name == name);
        var policy = name == "reveal-period" ? Usual with { RevealPeriod = TimeSpan.FromHours(1) } : Usual;
        RulesScreen.Of(policy, []).ShouldContain(row => row.What == field.Heading && row.Value != null);
    }

    [Fact]
    public void A_rule_that_decides_nothing_has_no_row() =>
        RulesScreen.Of(Usual with { LateQuorum = TimeSpan.Zero }, []).ShouldNotContain(row => row.What == "Extended once by");

    private static DatasetPolicy Read(params string[] arguments)
    {
        var command = new Command("create");
        var options = PolicyOptions.AddTo(command);
        var parsed = command.Parse(arguments);
        parsed.Errors.ShouldBeEmpty();
        return options.Read(parsed);
    }
}
