using DataBright.Market.Tests.Indexes;
using DataBright.Market.Trust;

namespace DataBright.Market.Tests.Workers;

/// <summary>Workers come and go, and so does a trusted key.</summary>
internal sealed class WorkerScenario(TestMarket market) : WordScenario(market)
{
    public override IReadOnlyList<(string Name, Func<Task> Play)> Chapters =>
    [
        ("workers come and go", WorkersAsync),
    ];

    private async Task WorkersAsync()
    {
        var worker = await Market.WorkerAsync();
        await Ledger.Workers.ChangeMinimumFeeAsync(new Money(77), worker, Stop);
        await Ledger.Workers.AddStakeAsync(Money.Dollars(7), worker, Stop);
        await Ledger.Workers.BeginExitAsync(worker, Stop);
        await Market.Chain.AdvanceAsync(TestMarket.CoolDown, Stop);
        await Ledger.Workers.WithdrawStakeAsync(worker, Stop);
        var (number, _) = await Market.TrustedAsync(TrustedRole.Scheduler);
        await Ledger.TrustedKeys.RevokeAsync(number, Market.Deployer, Stop);
    }
}
