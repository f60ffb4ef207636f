using DataBright.Ethereum;
using DataBright.Market.Proposals;
using DataBright.Market.Trust;

namespace DataBright.Market.Tests.Proposals;

[Collection(nameof(TestMarket))]
public sealed class ProposalLedgerTests(TestMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    [Fact]
    public async Task A_shard_is_proposed_voted_in_and_minted()
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync(), carl = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 60), (ben, 40));
        var offer = TestMarket.Offer(250);

        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, offer, carl, Stop);
        (await Ledger.Dollars.BalanceAsync(carl.Address, Stop)).ShouldBe(Money.Dollars(9_990));
        var open = (await Ledger.Proposals.FindAsync(id, Stop)).ShouldNotBeNull();
        open.ShouldBe(open with
        {
            Dataset = dataset.Id,
            Kind = ProposalKind.Listing,
            State = ProposalState.Open,
            Shard = offer.Root,
            Count = 250,
            Contributor = carl.Address,
            Yes = ShareAmount.Zero,
            No = ShareAmount.Zero,
            Shielded = false,
        });

        var vote = await Ledger.Proposals.VoteAsync(id, Choice.Yes, "clean digits", anna, Stop);
        vote.ShouldBe(new Vote(id, anna.Address, Choice.Yes, ShareAmount.Whole(60), "clean digits"));
        (await Ledger.Proposals.HasVotedAsync(id, anna.Address, Stop)).ShouldBeTrue();
        (await Ledger.Proposals.OutcomeAsync(id, Stop)).ShouldBe(ProposalState.Accepted);

        await market.ShouldBreakAsync(Rule.EvaluationMayFollow, () => Ledger.Proposals.FinaliseAsync(id, ben, Stop));
        var end = await Ledger.Proposals.FinaliseAsync(id, carl, Stop);
        end.ShouldBe(new Finalised(id, ProposalState.Accepted, ShareAmount.Whole(60), ShareAmount.Zero, ShareAmount.Whole(250)));
        (await Ledger.Shares.BalanceAsync(dataset.Id, carl.Address, Stop)).ShouldBe(ShareAmount.Whole(250));
        (await Ledger.Shares.SupplyAsync(dataset.Id, Stop)).ShouldBe(ShareAmount.Whole(350));
        (await Ledger.Proposals.WithdrawBondAsync(id, ben, Stop)).ShouldBe(Money.Dollars(10));
        (await Ledger.Dollars.BalanceAsync(carl.Address, Stop)).ShouldBe(Money.Dollars(10_000));

        var after = (await Ledger.Datasets.FindAsync(dataset.Id, Stop)).ShouldNotBeNull();
        after.VersionRoot.ShouldNotBe(dataset.VersionRoot);
        var shard = (await Ledger.Datasets.FindShardAsync(dataset.Id, offer.Root, Stop)).ShouldNotBeNull();
        shard.ShouldBe(shard with { Contributor = carl.Address, Count = 250, Proposal = id, Delisted = false });
    }

    [Fact]
    public async Task A_rejected_proposal_forfeits_its_bond_to_the_shareholders()
    {
        Signer anna = await market.PartyAsync(), carl = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100));
        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), carl, Stop);

        await Ledger.Proposals.VoteAsync(id, Choice.No, null, anna, Stop);
        (await Ledger.Proposals.FinaliseAsync(id, anna, Stop)).State.ShouldBe(ProposalState.Rejected);

        var claimable = await Ledger.Shares.ClaimableAsync(dataset.Id, anna.Address, Stop);
        // Dividends per share are rounded down; what is lost by that waits for the next deposit.
        claimable.ShouldBeInRange(Money.Dollars(10) - new Money(1), Money.Dollars(10));
        (await Ledger.Shares.ClaimAsync(dataset.Id, anna.Address, anna, Stop)).ShouldBe(claimable);
        await market.ShouldBreakAsync(Rule.BondNotReturnable, () => Ledger.Proposals.WithdrawBondAsync(id, carl, Stop));
        await market.ShouldBreakAsync(Rule.NothingToClaim, () => Ledger.Shares.ClaimAsync(dataset.Id, anna.Address, anna, Stop));
    }

    [Fact]
    public async Task A_signed_ballot_is_carried_by_somebody_else()
    {
        Signer anna = await market.PartyAsync(), carl = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100));
        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), carl, Stop);
        var ballot = new Ballot(id, Choice.Yes, anna.Address, "fine", await market.NowAsync() + TimeSpan.FromMinutes(30));

        var statements = Ledger.Proposals.Statements;
        statements.Digest(ballot).ShouldBe(await market.Client.CallAsync(
            Generated.Proposals.BallotDigest(market.Addresses.Proposals, Statements.ToContract(ballot)), stop: Stop));
        var signed = statements.Sign(ballot, anna.Key);
        await market.ShouldBreakAsync(Rule.BallotSignatureInvalid, () =>
            Ledger.Proposals.RelayAsync(signed with { Statement = ballot with { Choice = Choice.No } }, carl, Stop));
        (await Ledger.Proposals.RelayAsync(signed, carl, Stop))
            .ShouldBe(new Vote(id, anna.Address, Choice.Yes, ShareAmount.Whole(100), "fine"));
        await market.ShouldBreakAsync(Rule.AlreadyVoted, () => Ledger.Proposals.RelayAsync(signed, carl, Stop));
        await market.ShouldBreakAsync(Rule.SignatureExpired, () => Ledger.Proposals.RelayAsync(
            statements.Sign(ballot with { Deadline = DateTimeOffset.UnixEpoch.AddSeconds(1) }, anna.Key), carl, Stop));
    }

    [Fact]
    public void A_ballot_is_signed_by_its_voter_only()
    {
        using var other = EthereumKey.Generate();
        var ballot = new Ballot(new ProposalId(1), Choice.Yes, Address.Zero, "", DateTimeOffset.UnixEpoch);
        Should.Throw<ArgumentException>(() => Ledger.Proposals.Statements.Sign(ballot, other));
    }

    [Fact]
    public async Task Shielded_votes_are_committed_and_then_revealed()
    {
        Signer anna = await market.PartyAsync(), carl = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy with { RevealPeriod = TimeSpan.FromHours(1) }, anna, (anna, 100));
        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), carl, Stop);
        var salt = Digest.Of("salt"u8).ToHash32();

        await market.ShouldBreakAsync(Rule.VotesAreShielded, () => Ledger.Proposals.VoteAsync(id, Choice.Yes, null, anna, Stop));
        await Ledger.Proposals.CommitVoteAsync(id, Choice.Yes, salt, anna, Stop);
        await market.ShouldBreakAsync(Rule.VotingNotOver,
            () => Ledger.Proposals.RevealVoteAsync(id, anna.Address, Choice.Yes, salt, null, anna, Stop));
        await market.Chain.AdvanceAsync(TimeSpan.FromMinutes(61), Stop);
        await market.ShouldBreakAsync(Rule.CommitmentMismatch,
            () => Ledger.Proposals.RevealVoteAsync(id, anna.Address, Choice.No, salt, null, anna, Stop));
        await market.ShouldBreakAsync(Rule.ReasonOfAnother,
            () => Ledger.Proposals.RevealVoteAsync(id, anna.Address, Choice.Yes, salt, "as carl has it", carl, Stop));
        (await Ledger.Proposals.RevealVoteAsync(id, anna.Address, Choice.Yes, salt, null, carl, Stop)).Weight
            .ShouldBe(ShareAmount.Whole(100));
        await market.Chain.AdvanceAsync(TimeSpan.FromMinutes(61), Stop);
        (await Ledger.Proposals.FinaliseAsync(id, carl, Stop)).State.ShouldBe(ProposalState.Accepted);
    }

    [Fact]
    public async Task A_referees_evaluation_is_seen_while_voting_and_raises_the_shares()
    {
        Signer anna = await market.PartyAsync(), carl = await market.PartyAsync();
        var (_, referee) = await market.TrustedAsync(TrustedRole.Referee);
        var policy = TestMarket.Policy with { GainBonusBps = 100_000 };
        var dataset = await market.DatasetAsync(policy, anna, (anna, 100));
        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(1_000), carl, Stop);
        var job = await market.MeasuredAsync(dataset.Id, id);
        var measured = new EvaluationStatement(
            dataset.Id, id, 900_000, 950_000, 25_000, 900, 100, default, Digest.Of("checkpoint"u8), job,
            await market.NowAsync() + TimeSpan.FromMinutes(30));

        var statements = Ledger.Proposals.Statements;
        statements.Digest(measured).ShouldBe(await market.Client.CallAsync(
            Generated.Proposals.EvaluationDigest(market.Addresses.Proposals, Statements.ToContract(measured)), stop: Stop));
        (await Ledger.Proposals.EvaluationAsync(id, Stop)).ShouldBeNull();
        await market.ShouldBreakAsync(Rule.KeyNotTrusted,
            () => Ledger.Proposals.PostEvaluationAsync(statements.Sign(measured, anna.Key), carl, Stop));
        await market.ShouldBreakAsync(Rule.EvaluationMismatch, () => Ledger.Proposals.PostEvaluationAsync(
            statements.Sign(measured with { Dataset = new DatasetId(99) }, referee.Key), carl, Stop));
        await market.ShouldBreakAsync(Rule.AccuracyInvalid, () => Ledger.Proposals.PostEvaluationAsync(
            statements.Sign(measured with { AccuracyAfter = 1_000_001 }, referee.Key), carl, Stop));
        await market.ShouldBreakAsync(Rule.MeasurementInvalid, () => Ledger.Proposals.PostEvaluationAsync(
            statements.Sign(measured with { Measurement = Digest.Of("easier"u8) }, referee.Key), carl, Stop));
        await market.ShouldBreakAsync(Rule.EvaluationJobInvalid, () => Ledger.Proposals.PostEvaluationAsync(
            statements.Sign(measured with { Job = new JobId(job.Value + 1_000) }, referee.Key), carl, Stop));
        await Ledger.Proposals.PostEvaluationAsync(statements.Sign(measured, referee.Key), carl, Stop);
        (await Ledger.Proposals.EvaluationAsync(id, Stop)).ShouldBe(new PostedEvaluation(900_000, 950_000, 25_000, job, 1));
        await market.ShouldBreakAsync(Rule.EvaluationAlreadyPosted,
            () => Ledger.Proposals.PostEvaluationAsync(statements.Sign(measured, referee.Key), carl, Stop));

        await Ledger.Proposals.VoteAsync(id, Choice.Yes, null, anna, Stop);
        // 1,000 points × (1 + 10 × 0.025): the lower end counts
        (await Ledger.Proposals.FinaliseAsync(id, anna, Stop)).Minted.ShouldBe(ShareAmount.Whole(1_250));
    }

    [Fact]
    public async Task A_shard_is_taken_off_the_list_by_a_second_vote()
    {
        Signer anna = await market.PartyAsync(), carl = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 1_000));
        var offer = TestMarket.Offer();
        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, offer, carl, Stop);
        await Ledger.Proposals.VoteAsync(id, Choice.Yes, null, anna, Stop);
        await Ledger.Proposals.FinaliseAsync(id, carl, Stop);

        var second = await Ledger.Proposals.ProposeDelistingAsync(dataset.Id, offer.Root, "stolen", carl, Stop);
        (await Ledger.Proposals.FindAsync(second, Stop))!.Kind.ShouldBe(ProposalKind.Delisting);
        await Ledger.Proposals.VoteAsync(second, Choice.Yes, null, anna, Stop);
        await Ledger.Proposals.FinaliseAsync(second, anna, Stop);

        (await Ledger.Proposals.FindAsync(id, Stop))!.State.ShouldBe(ProposalState.Delisted);
        (await Ledger.Datasets.FindShardAsync(dataset.Id, offer.Root, Stop))!.Delisted.ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_rules_forbid_is_said_plainly()
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync(), poor = await market.PartyAsync(dollars: 0);
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100));
        var offer = TestMarket.Offer();
        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, offer, ben, Stop);

        (await market.ShouldBreakAsync(Rule.NoVotingWeight, () => Ledger.Proposals.VoteAsync(id, Choice.Yes, null, ben, Stop)))
            .Message.ShouldContain($"{ben.Address} held no shares when proposal {id} opened");
        await market.ShouldBreakAsync(Rule.OutcomeUndecided, () => Ledger.Proposals.FinaliseAsync(id, ben, Stop));
        await market.ShouldBreakAsync(Rule.VotesAreOpen, () => Ledger.Proposals.CommitVoteAsync(id, Choice.Yes, default, anna, Stop));
        (await market.ShouldBreakAsync(Rule.ERC20InsufficientBalance,
            () => Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), poor, Stop)))
            .Message.ShouldBe(
                $"{poor.Address} has 0.00 dollars; 10.00 dollars are needed. Take less, or bring what is missing to the account first.");
        await market.ShouldBreakAsync(Rule.ShardEmpty,
            () => Ledger.Proposals.ProposeAsync(dataset.Id, offer with { Count = 0 }, ben, Stop));
        (await market.ShouldBreakAsync(Rule.DatasetUnknown, () => Ledger.Proposals.ProposeAsync(new DatasetId(9_999), offer, ben, Stop)))
            .Message.ShouldBe("There is no dataset 9999. List the datasets to see their numbers.");
        (await Ledger.Proposals.FindAsync(new ProposalId(9_999), Stop)).ShouldBeNull();
        await market.ShouldBreakAsync(Rule.ProposalUnknown,
            () => Ledger.Proposals.VoteAsync(new ProposalId(9_999), Choice.Yes, null, anna, Stop));

        await Ledger.Proposals.VoteAsync(id, Choice.Yes, null, anna, Stop);
        await market.ShouldBreakAsync(Rule.AlreadyVoted, () => Ledger.Proposals.VoteAsync(id, Choice.No, null, anna, Stop));
        await Ledger.Proposals.FinaliseAsync(id, ben, Stop);
        (await market.ShouldBreakAsync(Rule.ProposalNotOpen, () => Ledger.Proposals.FinaliseAsync(id, ben, Stop))).Message
            .ShouldContain("is accepted");
        await market.ShouldBreakAsync(Rule.ShardAlreadyListed, () => Ledger.Proposals.ProposeAsync(dataset.Id, offer, ben, Stop));
        await Ledger.Proposals.WithdrawBondAsync(id, ben, Stop);
        await market.ShouldBreakAsync(Rule.BondAlreadyWithdrawn, () => Ledger.Proposals.WithdrawBondAsync(id, ben, Stop));
    }

    /// <summary>The published prototype let anyone vote after the deadline.</summary>
    [Fact]
    public async Task A_vote_after_the_deadline_is_refused_with_the_time()
    {
        Signer anna = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100));
        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), anna, Stop);
        var deadline = (await Ledger.Proposals.FindAsync(id, Stop))!.Deadline;
        await market.Chain.AdvanceAsync(TimeSpan.FromMinutes(61), Stop);
        (await market.ShouldBreakAsync(Rule.VotingIsOver, () => Ledger.Proposals.VoteAsync(id, Choice.Yes, null, anna, Stop)))
            .Message.ShouldContain($"{deadline:yyyy-MM-dd HH:mm:ss} UTC");
        (await Ledger.Proposals.FinaliseAsync(id, anna, Stop)).State.ShouldBe(ProposalState.Expired);
        (await Ledger.Proposals.WithdrawBondAsync(id, anna, Stop)).ShouldBe(Money.Dollars(10));
    }
}

internal static class RuleAssertions
{
    public static async Task<RuleBrokenException> ShouldBreakAsync(this TestMarket _, Rule rule, Func<Task> action)
    {
        var broken = await Should.ThrowAsync<RuleBrokenException>(action);
        broken.Rule.ShouldBe(rule, broken.Message);
        broken.Message.ShouldNotContain("?");
        broken.Message.ShouldNotContain("{");
        return broken;
    }
}
