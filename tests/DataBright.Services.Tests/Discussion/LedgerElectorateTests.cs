using DataBright.Market;
using DataBright.Services.Discussion;

namespace DataBright.Services.Tests.Discussion;

[Collection(nameof(TestMarket))]
public sealed class LedgerElectorateTests(TestMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_ledger_says_who_may_write_and_who_may_hide()
    {
        var (anna, ben, carl, dora) = (await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync(),
            await market.PartyAsync());
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 60), (ben, 41));
        await market.Ledger.Shares.DelegateAsync(dataset.Id, anna.Address, ben, Stop);
        (await market.Ledger.Shares.DelegateOfAsync(dataset.Id, ben.Address, Stop)).ShouldBe(anna.Address);
        var proposal = await market.Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), carl, Stop);
        await market.Ledger.Shares.TransferAsync(dataset.Id, dora.Address, ShareAmount.Whole(1), anna, Stop);
        var electorate = new LedgerElectorate(market.Ledger);
        var quorum = new ShareAmount(ShareAmount.Whole(101).Units / 2);

        (await electorate.FindAsync(proposal, anna.Address, Stop))
            .ShouldBe(new CommenterStanding(false, ShareAmount.Whole(101), ShareAmount.Whole(59), quorum));
        (await electorate.FindAsync(proposal, ben.Address, Stop))
            .ShouldBe(new CommenterStanding(false, ShareAmount.Zero, ShareAmount.Whole(41), quorum));
        (await electorate.FindAsync(proposal, carl.Address, Stop))
            .ShouldBe(new CommenterStanding(true, ShareAmount.Zero, ShareAmount.Zero, quorum));
        (await electorate.FindAsync(proposal, dora.Address, Stop))
            .ShouldBe(new CommenterStanding(false, ShareAmount.Zero, ShareAmount.Whole(1), quorum));
        (await electorate.FindAsync(proposal, market.Deployer.Address, Stop))!.MayWrite.ShouldBeFalse();
        (await electorate.FindAsync(new ProposalId(99_999), anna.Address, Stop)).ShouldBeNull();
        foreach (var writer in new[] { anna, ben, carl, dora })
            (await electorate.FindAsync(proposal, writer.Address, Stop))!.MayWrite.ShouldBeTrue();
    }
}
