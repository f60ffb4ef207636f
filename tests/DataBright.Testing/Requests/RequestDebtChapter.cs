using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;

namespace DataBright.Testing.Requests;

/// <summary>What requests owe: rewards, and sponsors' parts of what is left.</summary>
internal sealed class RequestDebtChapter(DebtWalk walk) : DebtChapter(walk)
{
    public override async Task<Func<Task>> BeginAsync()
    {
        var (founder, dataset, schema) = await Walk.DatasetAsync(DebtWalk.Policy);
        Signer initiator = await Walk.PartyAsync(), sponsor = await Walk.PartyAsync(), bringer = await Walk.PartyAsync(),
            unwanted = await Walk.PartyAsync();
        var rewarding = await OpenAsync(initiator, dataset, schema, null, days: 60, rewardUnits: 1_000_000, dollars: 30);
        var ending = await OpenAsync(initiator, dataset, schema, null, days: 2, rewardUnits: 1, dollars: 6);
        await Walk.Ledger.Requests.SponsorAsync(ending, Money.Dollars(8), sponsor, Walk.Stop);
        var refused = await OpenAsync(unwanted, null, schema, dataset, days: 2, rewardUnits: 1, dollars: 9);
        await Walk.ProposeAsync(dataset, bringer, founder, Choice.Yes, points: 7);
        Walk.Owed("Datasets.ShardListed", bringer, DebtKind.Reward, DebtSource.Of(rewarding), 7);
        return async () =>
        {
            // Seven points for a millionth each were paid before it closed.
            var shard = Walk.ShardOf(bringer);
            await Walk.Ledger.Requests.PayRewardAsync(ending, shard, Walk.Deployer, Walk.Stop);
            await Walk.Ledger.Requests.CloseAsync(ending, Walk.Deployer, Walk.Stop);
            await Walk.Ledger.Requests.DecideAsync(refused, Walk.Deployer, Walk.Stop);
            Walk.Debts.Add(new DebtWalk.Made("Requests.RequestClosed", sponsor, DebtKind.Sponsorship, DebtSource.Of(ending),
                Money.Dollars(8).TimesDown(14_000_000 - 7, 14_000_000)));
            Walk.Owed("Requests.RequestDecided, refused", unwanted, DebtKind.Sponsorship, DebtSource.Of(refused), 9);
            Walk.Waits("Requests.RequestSponsored", initiator, DebtKind.Sponsorship, DebtSource.Of(rewarding), 30);
        };
    }

    public override async Task RunningAsync()
    {
        var (founder, dataset, schema) = await Walk.DatasetAsync(DebtWalk.Policy);
        Signer initiator = await Walk.PartyAsync(), bringer = await Walk.PartyAsync();
        var poor = await OpenAsync(initiator, dataset, schema, null, days: 60, rewardUnits: 1_000_000, dollars: 2);
        await Walk.ProposeAsync(dataset, bringer, founder, Choice.Yes, points: 7);
        Walk.Waits("Datasets.ShardListed, the pot too low", bringer, DebtKind.Reward, DebtSource.Of(poor), 7);
    }

    private async Task<RequestId> OpenAsync(Signer initiator, DatasetId? adopted, Digest schema, DatasetId? association, int days,
        ulong rewardUnits, ulong dollars)
    {
        var request = await Walk.Ledger.Requests.OpenAsync(
            new RequestAsk(Digest.Of("more"u8), schema, association, new Money(rewardUnits), await Walk.AfterAsync(TimeSpan.FromDays(days)),
                Money.Dollars(dollars)), initiator, Walk.Stop);
        if (adopted is { } dataset) await Walk.Ledger.Requests.AdoptAsync(request, dataset, initiator, Walk.Stop);
        return request;
    }
}
