using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;

namespace DataBright.Market.Tests.Proposals;

[Collection(nameof(TestMarket))]
public sealed class ReviewTests(TestMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ProposalLedger Proposals => market.Ledger.Proposals;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Curators_judge_blindly_and_the_shareholders_have_the_last_word()
    {
        var (anna, carl) = (await market.PartyAsync(), await market.PartyAsync());
        Signer[] curators = [await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync()];
        var policy = TestMarket.Policy with { RevealPeriod = TimeSpan.FromHours(1) };
        var charter = TestMarket.Charter(policy, [new Founder(anna.Address, ShareAmount.Whole(10))])
            with { Curators = [.. curators.Select(one => one.Address)] };
        var dataset = await market.Ledger.Datasets.CreateAsync(charter, anna, Stop);
        (await market.Ledger.Datasets.IsCuratorAsync(dataset.Id, curators[1].Address, Stop)).ShouldBeTrue();
        (await market.Ledger.Datasets.IsCuratorAsync(dataset.Id, anna.Address, Stop)).ShouldBeFalse();
        var stands = await Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), carl, Stop);
        var appealed = await Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), carl, Stop);

        Choice[] choices = [Choice.No, Choice.Yes, Choice.No];
        await RefusedAsync(Rule.NotACurator, () => Proposals.CommitVoteAsync(stands, Choice.Yes, Hash32.Zero, anna, Stop));
        foreach (var id in (ProposalId[])[stands, appealed])
            for (int i = 0; i < 3; i++) await Proposals.CommitVoteAsync(id, choices[i], Salt(i), curators[i], Stop);
        (await Proposals.FindAsync(stands, Stop))!.Review.ShouldBe(new Review(0, 0), "nobody sees what the others think");
        await RefusedAsync(Rule.VotesAreShielded, () => Proposals.VoteAsync(stands, Choice.Yes, null, anna, Stop));
        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        index.Proposals.WaitingFor(anna.Address, 5).ShouldBeEmpty();
        index.Proposals.WaitingFor(curators[0].Address, 5).Count.ShouldBe(2);

        await market.Chain.AdvanceAsync(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(5), Stop);
        await RefusedAsync(Rule.ReviewNotOver, () => Proposals.AppealAsync(appealed, anna, Stop));
        foreach (var id in (ProposalId[])[stands, appealed])
            for (int i = 0; i < 3; i++)
                (await Proposals.RevealVoteAsync(id, curators[i].Address, choices[i], Salt(i), $"reason {i}", curators[i], Stop))
                    .ShouldBe(new Vote(id, curators[i].Address, choices[i], ShareAmount.Zero, $"reason {i}"));
        (await Proposals.FindAsync(stands, Stop))!.Review.ShouldBe(new Review(1, 2));

        await market.Chain.AdvanceAsync(TimeSpan.FromHours(1), Stop);
        await RefusedAsync(Rule.NoVotingWeight, () => Proposals.AppealAsync(appealed, carl, Stop));
        await Proposals.AppealAsync(appealed, anna, Stop);
        await RefusedAsync(Rule.NotUnderReview, () => Proposals.AppealAsync(appealed, anna, Stop));
        await Proposals.VoteAsync(appealed, Choice.Yes, "they are fine", anna, Stop);
        (await Proposals.FinaliseAsync(appealed, carl, Stop)).State.ShouldBe(ProposalState.Accepted);
        await RefusedAsync(Rule.OutcomeUndecided, () => Proposals.FinaliseAsync(stands, carl, Stop));
        await market.Chain.AdvanceAsync(TimeSpan.FromHours(1), Stop);
        await RefusedAsync(Rule.AppealIsOver, () => Proposals.AppealAsync(stands, anna, Stop));
        (await Proposals.FinaliseAsync(stands, carl, Stop)).State.ShouldBe(ProposalState.Rejected);

        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        var found = index.Proposals.Find(stands).ShouldNotBeNull();
        found.ShouldBe(found with { State = ProposalState.Rejected, UnderReview = true, Review = new Review(1, 2), AppealedBy = null,
            Yes = ShareAmount.Zero, No = ShareAmount.Zero });
        found.Review!.AgreementBps.ShouldBe(3_333, "one pair of three agrees");
        index.Proposals.Judgements(stands).Select(one => (one.Curator, one.Choice, one.Reason)).ShouldBe(
            Enumerable.Range(0, 3).Select(i => (curators[i].Address, choices[i], $"reason {i}")));
        found = index.Proposals.Find(appealed).ShouldNotBeNull();
        found.ShouldBe(found with
        {
            State = ProposalState.Accepted,
            UnderReview = false,
            Review = new Review(1, 2),
            AppealedBy = anna.Address,
            Yes = ShareAmount.Whole(10),
            Shielded = false,
        });
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(1, 0, null)]
    [InlineData(1, 1, 0)]
    [InlineData(2, 0, 10_000)]
    [InlineData(3, 2, 4_000)]
    [InlineData(0, 32, 10_000)]
    public void Agreement_is_the_part_of_pairs_that_agree(int yes, int no, int? bps) => new Review(yes, no).AgreementBps.ShouldBe(bps);

    private static Hash32 Salt(int i) => Keccak.Hash([(byte)i]);

    private static async Task RefusedAsync(Rule rule, Func<Task> act) =>
        (await Should.ThrowAsync<RuleBrokenException>(act)).Rule.ShouldBe(rule);
}
