using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;

namespace DataBright.Market.Tests.Requests;

[Collection(nameof(TestMarket))]
public sealed class RequestLedgerTests(TestMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    private RequestLedger Requests => market.Ledger.Requests;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whoever_brings_what_was_asked_for_is_paid_out_of_the_pot()
    {
        var (initiator, sponsor, contributor) = (await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync());
        var dataset = await market.DatasetAsync(TestMarket.Policy, initiator, (initiator, 10));
        var ask = await AskAsync() with { Sponsorship = Money.Dollars(20) };
        var id = await Requests.OpenAsync(ask, initiator, Stop);
        await RefusedAsync(Rule.RequestNotAdopted, () => Requests.SponsorAsync(id, Money.Dollars(40), sponsor, Stop));
        await Requests.AnswerAsync(id, dataset.Id, "ours is open to all", contributor, Stop);
        await Requests.AdoptAsync(id, dataset.Id, initiator, Stop);
        await Requests.SponsorAsync(id, Money.Dollars(40), sponsor, Stop);
        var shard = await AcceptedAsync(dataset, initiator, contributor);
        await RefusedAsync(Rule.ShardUnknown, () => Requests.PayRewardAsync(id, TestMarket.Offer().Root, sponsor, Stop));
        (await Requests.PayRewardAsync(id, shard, sponsor, Stop)).ShouldBe(Money.Dollars(10), "a hundred points at ten cents");
        await RefusedAsync(Rule.RewardAlreadyPaid, () => Requests.PayRewardAsync(id, shard, sponsor, Stop));
        (await Requests.FindAsync(id, Stop)).ShouldBe(new DataRequest(
            id, RequestState.Listed, initiator.Address, ask.Schema, ask.RewardPerPoint, ask.Deadline, dataset.Id, Money.Dollars(60),
            Money.Dollars(10)));

        await market.Chain.AdvanceAsync(TimeSpan.FromDays(38), Stop);
        await Requests.CloseAsync(id, sponsor, Stop);
        (await Requests.RefundAsync(id, sponsor.Address, contributor, Stop)).ShouldBe(new Money(33_333_333));
        await RefusedAsync(Rule.NothingToRefund, () => Requests.RefundAsync(id, sponsor.Address, sponsor, Stop));

        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        var indexed = index.Requests.Find(id).ShouldNotBeNull();
        indexed.ShouldBe(indexed with
        {
            Request = (await Requests.FindAsync(id, Stop))!,
            Description = ask.Description,
            Association = null,
            VotingEnds = null,
            Answers = 1,
            Refunded = new Money(33_333_333),
        });
        index.Requests.List(RequestState.Closed, new SliceRequest(50)).Items.ShouldContain(indexed);
        index.Requests.List(null, new SliceRequest(1)).Items.Count.ShouldBe(1);
        index.Requests.Answers(id, new SliceRequest(5)).Items.ShouldHaveSingleItem().Note.ShouldBe("ours is open to all");
        index.Requests.Rewards(id, new SliceRequest(5)).Items.ShouldHaveSingleItem().Contributor.ShouldBe(contributor.Address);
        index.Requests.Sponsors(id, 5).ShouldContain(new IndexedSponsor(id, sponsor.Address, Money.Dollars(40), new Money(33_333_333)));
        index.Requests.Find(new RequestId(9_999)).ShouldBeNull();
    }

    [Fact]
    public async Task A_curated_request_is_listed_by_the_vote_of_its_association()
    {
        var (anna, ben, initiator) = (await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync());
        var association = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 60), (ben, 40));
        var wanted = await Requests.OpenAsync(await AskAsync() with { Association = association.Id, Sponsorship = Money.Dollars(5) },
            initiator, Stop);
        var unwanted = await Requests.OpenAsync(await AskAsync() with { Association = association.Id, Sponsorship = Money.Dollars(5) },
            initiator, Stop);
        await Requests.VoteAsync(wanted, Choice.Yes, "we need these", anna, Stop);
        await Requests.VoteAsync(wanted, Choice.No, null, ben, Stop);
        await Requests.VoteAsync(unwanted, Choice.No, "too personal", anna, Stop);
        await RefusedAsync(Rule.RequestAlreadyVoted, () => Requests.VoteAsync(wanted, Choice.Yes, null, anna, Stop));
        await RefusedAsync(Rule.RequestNoWeight, () => Requests.VoteAsync(wanted, Choice.Yes, null, initiator, Stop));
        await RefusedAsync(Rule.RequestNotOver, () => Requests.DecideAsync(wanted, ben, Stop));
        await RefusedAsync(Rule.RequestStateInvalid, () => Requests.AnswerAsync(wanted, association.Id, null, ben, Stop));
        await market.Chain.AdvanceAsync(TimeSpan.FromHours(2), Stop);
        (await Requests.DecideAsync(wanted, ben, Stop)).ShouldBe(RequestState.Listed);
        (await Requests.DecideAsync(unwanted, ben, Stop)).ShouldBe(RequestState.Refused);
        (await Requests.RefundAsync(unwanted, initiator.Address, ben, Stop)).ShouldBe(Money.Dollars(5));

        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        var indexed = index.Requests.Find(wanted).ShouldNotBeNull();
        indexed.ShouldBe(indexed with { Association = association.Id, Yes = ShareAmount.Whole(60), No = ShareAmount.Whole(40) });
        index.Requests.Votes(wanted, new SliceRequest(5)).Items.Select(vote => (vote.Voter, vote.Reason))
            .ShouldBe([(ben.Address, ""), (anna.Address, "we need these")]);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var who = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, who, (who, 10));
        var ask = await AskAsync();
        await RefusedAsync(Rule.RequestInvalid, () => Requests.OpenAsync(ask with { RewardPerPoint = Money.Zero }, who, Stop));
        var id = await Requests.OpenAsync(ask with { Schema = Digest.Of("other"u8) }, who, Stop);
        await RefusedAsync(Rule.SchemaMismatch, () => Requests.AdoptAsync(id, dataset.Id, who, Stop));
        await RefusedAsync(Rule.NotTheInitiator, async () => await Requests.AdoptAsync(id, dataset.Id, await market.PartyAsync(), Stop));
        await RefusedAsync(Rule.RequestNotOver, () => Requests.CloseAsync(id, who, Stop));
        (await Requests.FindAsync(new RequestId(9_999), Stop)).ShouldBeNull();
        (await Requests.CountAsync(Stop)).ShouldBeGreaterThanOrEqualTo(id.Value);
    }

    private async Task<RequestAsk> AskAsync() => new(
        Digest.Of("digits written by hand"u8), Shards.Images.Hash, null, new Money(100_000),
        DateTimeOffset.FromUnixTimeSeconds((await market.NowAsync() + TimeSpan.FromDays(30)).ToUnixTimeSeconds()), Money.Zero);

    private async Task<Hash32> AcceptedAsync(Dataset dataset, Signer holder, Signer contributor)
    {
        var offer = TestMarket.Offer();
        var proposal = await Ledger.Proposals.ProposeAsync(dataset.Id, offer, contributor, Stop);
        await Ledger.Proposals.VoteAsync(proposal, Choice.Yes, null, holder, Stop);
        await Ledger.Proposals.FinaliseAsync(proposal, contributor, Stop);
        return offer.Root;
    }

    private static async Task RefusedAsync(Rule rule, Func<Task> act) =>
        (await Should.ThrowAsync<RuleBrokenException>(act)).Rule.ShouldBe(rule);
}
