using DataBright.Market.Tests.Indexes;

namespace DataBright.Market.Tests.Shares;

/// <summary>Shares move and pay.</summary>
internal sealed class ShareScenario(TestMarket market) : WordScenario(market)
{
    public override IReadOnlyList<(string Name, Func<Task> Play)> Chapters =>
    [
        ("shares move and pay", SharesAsync),
    ];

    private async Task SharesAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        await Ledger.Shares.DelegateAsync(dataset, ben.Address, anna, Stop);
        await Ledger.Shares.DepositAsync(dataset, new Money(100_000_007), ben, Stop);
        await Ledger.Shares.TransferAsync(dataset, ben.Address, ShareAmount.Whole(5), anna, Stop);
        await Ledger.Shares.ClaimAsync(dataset, anna.Address, ben, Stop);
    }
}
