using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;
using DataBright.Services.Relays;

namespace DataBright.Node.Tests.Rest;

/// <summary>Statuses follow from the kind of a failure, so that the same failure has the same one everywhere.</summary>
public sealed class FailureKindTests
{
    [Fact]
    public void What_does_not_exist_is_404_for_every_noun_and_no_other_rule_is()
    {
        foreach (var rule in Rule.All)
            (ErrorResponses.StatusOf(RuleBrokenException.Of(rule).Kind) == 404)
                .ShouldBe(rule.ToString().EndsWith("Unknown", StringComparison.Ordinal), $"{rule}");
    }

    [Theory]
    [InlineData(nameof(Rule.NoVotingWeight), 403)]
    [InlineData(nameof(Rule.NotACurator), 403)]
    [InlineData(nameof(Rule.AlreadyVoted), 409)]
    [InlineData(nameof(Rule.JobUnknown), 404)]
    [InlineData(nameof(Rule.WorkerUnknown), 404)]
    public void Rules_have_the_status_of_their_kind(string rule, int status) =>
        ErrorResponses.StatusOf(RuleBrokenException.Of(Rule.Find(rule)!).Kind).ShouldBe(status);

    [Theory]
    [InlineData(DiscussionRule.Malformed, 400)]
    [InlineData(DiscussionRule.SignatureInvalid, 403)]
    [InlineData(DiscussionRule.ProposalUnknown, 404)]
    [InlineData(DiscussionRule.NotAllowed, 403)]
    [InlineData(DiscussionRule.TextInvalid, 422)]
    [InlineData(DiscussionRule.TimeInvalid, 422)]
    [InlineData(DiscussionRule.ReferenceInvalid, 409)]
    [InlineData(DiscussionRule.TooMany, 429)]
    public void Comments_have_the_status_of_their_kind(DiscussionRule rule, int status) =>
        ErrorResponses.StatusOf(new CommentRefusedException(rule, "").Kind).ShouldBe(status);

    [Theory]
    [InlineData(RelayRefusal.SignatureInvalid, 403)]
    [InlineData(RelayRefusal.TooLate, 422)]
    [InlineData(RelayRefusal.TooMany, 429)]
    [InlineData(RelayRefusal.GasBudgetEmpty, 503)]
    [InlineData(RelayRefusal.TooCostly, 503)]
    [InlineData(RelayRefusal.TooLittle, 422)]
    public void Relays_have_the_status_of_their_kind(RelayRefusal refusal, int status) =>
        ErrorResponses.StatusOf(new RelayRefusedException(refusal, "").Kind).ShouldBe(status);
}
