using System.Reflection;
using DataBright.Ethereum;
using DataBright.Market.Generated;

namespace DataBright.Market.Tests.Rules;

public sealed class RuleTests
{
    [Fact]
    public void Every_custom_error_of_the_contracts_is_one_rule_and_every_rule_is_one_error()
    {
        var errors = Errors.All.Select(error => error.Name).ToList();
        errors.Distinct().Count().ShouldBe(errors.Count, "two errors of the same name");
        Rule.All.Select(rule => rule.Name).ShouldBe(errors.Order(StringComparer.Ordinal));
        Named().Order(StringComparer.Ordinal).ShouldBe(errors.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_rule_has_a_message_and_its_placeholders_are_arguments_of_the_error()
    {
        RuleBook.Messages.Keys.ShouldBe(Rule.All, ignoreOrder: true);
        foreach (var error in Errors.All)
        {
            var decoded = error.Decode(Zeros(64));
            var names = decoded.Arguments.Select(argument => argument.Key).ToHashSet();
            var message = RuleBook.Messages[Rule.Find(error.Name)!];
            foreach (System.Text.RegularExpressions.Match placeholder in RuleBrokenException.Placeholder().Matches(message))
                names.ShouldContain(placeholder.Groups["name"].Value, error.Signature);
            message.ShouldEndWith(".", Case.Sensitive, error.Signature);
        }
    }

    /// <summary>What the kind decides is told apart everywhere: a thing that does not exist, from a thing that may not be done.</summary>
    [Fact]
    public void What_does_not_exist_is_one_kind_of_failure_for_every_noun()
    {
        foreach (var rule in Rule.All)
            (RuleBrokenException.Of(rule).Kind == FailureKind.NotFound)
                .ShouldBe(rule.ToString().EndsWith("Unknown", StringComparison.Ordinal), $"{rule}");
        Rule.All.Count(rule => RuleBook.KindOf(rule) == FailureKind.NotFound).ShouldBeGreaterThanOrEqualTo(9);
    }

    [Fact]
    public void Every_error_is_translated_with_its_values()
    {
        foreach (var error in Errors.All)
        {
            byte[] data = [.. Convert.FromHexString(error.Selector.ToString()[2..]), .. Zeros(64).Span];
            var revert = new RevertException("Proposals.vote", data, Errors.Table.Find(data));
            var broken = RuleBrokenException.From(revert).ShouldNotBeNull(error.Signature);
            broken.Rule.ToString().ShouldBe(error.Name);
            broken.Message.ShouldNotContain("{");
            broken.Facts.Count.ShouldBe(revert.Arguments.Count);
        }
    }

    [Fact]
    public void A_refusal_that_is_no_rule_is_left_as_it_is()
    {
        var text = Convert.FromHexString("08c379a0" + new string('0', 62) + "20" + new string('0', 64));
        RuleBrokenException.From(new RevertException("f", text, Errors.Table.Find(text))).ShouldBeNull();
        RuleBrokenException.From(new RevertException("f", default, null)).ShouldBeNull();
    }

    private static IEnumerable<string> Named() => typeof(Rule).GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Where(property => property.PropertyType == typeof(Rule)).Select(property => ((Rule)property.GetValue(null)!).Name);

    // Zeros decode as any arguments: numbers of zero, empty texts at offset zero.
    private static ReadOnlyMemory<byte> Zeros(int words) => new byte[32 * words];
}
