using DataBright.Demo;

namespace DataBright.Cli;

/// <summary>How the story's shareholders vote.</summary>
public sealed class VotingRuleTests
{
    private static readonly Gain Sure = new(0.8, 0.9, 0.1, 0.05, 0.15);

    [Fact]
    public void A_sure_gain_with_new_points_is_voted_in() => VotingRule.Judge(Sure, 0).Yes.ShouldBeTrue();

    [Fact]
    public void A_gain_whose_interval_touches_zero_is_voted_out() => VotingRule.Judge(Sure with { Low = 0 }, 0).Yes.ShouldBeFalse();

    [Fact]
    public void Repeated_points_are_voted_out_whatever_the_gain() => VotingRule.Judge(Sure, 0.05).Yes.ShouldBeFalse();

    [Theory]
    [InlineData(0.0123, "+1.2")]
    [InlineData(-0.0123, "−1.2")]
    [InlineData(0, "0.0")]
    [InlineData(-0.00001, "0.0")]
    [InlineData(0.00001, "0.0")]
    public void What_is_nearly_nothing_has_no_sign(double part, string said) => VotingRule.Points(part).ShouldBe(said);
}
