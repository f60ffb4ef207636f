using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Tests.Indexes;

namespace DataBright.Market.Tests.Requests;

/// <summary>Requests that are met, and that are voted on.</summary>
internal sealed class RequestScenario(TestMarket market) : WordScenario(market)
{
    public override IReadOnlyList<(string Name, Func<Task> Play)> Chapters =>
    [
        ("a request that is met", RequestAsync),
        ("a request that an association votes on", CuratedRequestAsync),
        ("a late vote on a request", LateRequestVoteAsync),
    ];

    public override async Task CompareAsync(LedgerIndex index, Compared compared)
    {
        for (ulong id = 1; id <= await Ledger.Requests.CountAsync(Stop); id++)
            compared.Add($"request {id}", index.Requests.Find(new RequestId(id))?.Request,
                await Ledger.Requests.FindAsync(new RequestId(id), Stop));
    }

    private async Task RequestAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        var request = await Ledger.Requests.OpenAsync(await AskAsync(null), anna, Stop);
        await Ledger.Requests.AnswerAsync(request, dataset, "ours", ben, Stop);
        await Ledger.Requests.AdoptAsync(request, dataset, anna, Stop);
        await Ledger.Requests.SponsorAsync(request, Money.Dollars(3), ben, Stop);
        var offer = TestMarket.Offer();
        await AcceptAsync(dataset, offer, ben, anna);
        await Ledger.Requests.PayRewardAsync(request, offer.Root, ben, Stop);
        await Market.Chain.AdvanceAsync(TimeSpan.FromDays(40), Stop);
        await Ledger.Requests.CloseAsync(request, ben, Stop);
        await Ledger.Requests.RefundAsync(request, ben.Address, anna, Stop);
    }

    private async Task CuratedRequestAsync()
    {
        var (association, anna, ben) = await TownAsync(TestMarket.Policy);
        var request = await Ledger.Requests.OpenAsync(await AskAsync(association), ben, Stop);
        await Ledger.Requests.VoteAsync(request, Choice.Yes, "we want it", anna, Stop);
        await Market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Ledger.Requests.DecideAsync(request, ben, Stop);
    }

    private async Task LateRequestVoteAsync()
    {
        Signer anna = await Market.PartyAsync(), ben = await Market.PartyAsync();
        var association = (await Market.DatasetAsync(Late, anna, (anna, 30), (ben, 70))).Id;
        var request = await Ledger.Requests.OpenAsync(await AskAsync(association), ben, Stop);
        await Market.Chain.AdvanceAsync(VotingPeriod / 2, Stop);
        await Ledger.Requests.VoteAsync(request, Choice.Yes, "at last", anna, Stop);
    }

    private async Task<RequestAsk> AskAsync(DatasetId? association) => new(
        Digest.Of("more"u8), Shards.Images.Hash, association, new Money(3), await Market.NowAsync() + TimeSpan.FromDays(2),
        Money.Dollars(2));
}
