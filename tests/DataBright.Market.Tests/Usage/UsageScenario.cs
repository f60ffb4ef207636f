using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Tests.Indexes;
using DataBright.Market.Tests.Jobs;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Market.Tests.Usage;

/// <summary>Usage dividends that nobody doubts, and that somebody does.</summary>
internal sealed class UsageScenario(TestMarket market) : WordScenario(market)
{
    public override IReadOnlyList<(string Name, Func<Task> Play)> Chapters =>
    [
        ("usage that nobody doubts", UsageAsync),
        ("usage that is doubted", DoubtedUsageAsync),
    ];

    private static readonly DatasetPolicy Used = TestMarket.Policy with { UsageBps = 5_000 };

    private async Task UsageAsync()
    {
        var run = await SettledAsync();
        var sheet = new UsageSheet(run.Job.Id, [(run.Buyer.Address, Money.Dollars(20)), (run.Referee.Address, Money.Dollars(4))]);
        await Ledger.Usage.PostAsync(sheet, Cid.Raw(Digest.Of("evidence"u8)), run.Scheduler, Stop);
        await Market.Chain.AdvanceAsync(TimeSpan.FromDays(3) + Moment, Stop);
        await Ledger.Usage.ConfirmAsync(run.Job.Id, run.Buyer, Stop);
        await Ledger.Usage.ClaimAsync(sheet, run.Buyer.Address, run.Scheduler, Stop);
        await Ledger.Usage.WithdrawAsync(run.Scheduler.Address, run.Buyer, Stop);
    }

    private async Task DoubtedUsageAsync()
    {
        JobRun ruled = await SettledAsync(), silent = await SettledAsync();
        var sheet = new UsageSheet(ruled.Job.Id, [(ruled.Buyer.Address, Money.Dollars(20))]);
        await Ledger.Usage.PostAsync(sheet, Cid.Raw(Digest.Of("evidence"u8)), ruled.Scheduler, Stop);
        await Ledger.Usage.ChallengeAsync(ruled.Job.Id, "it was noise", ruled.Buyer, Stop);
        await RuleAsync(ruled);
        await Market.Chain.AdvanceAsync(TimeSpan.FromDays(32), Stop);
        await RuleAsync(silent);
    }

    private Task<bool> RuleAsync(JobRun run)
    {
        var right = new UsageSheet(run.Job.Id, [(run.Referee.Address, Money.Dollars(10))]);
        var ruling = new UsageRuling(run.Job.Id, right.Root, right.Total, Digest.Of("redone"u8));
        return Ledger.Usage.RuleAsync(Ledger.Usage.Sign(ruling, run.Referee.Key), run.Buyer, Stop);
    }

    private async Task<JobRun> SettledAsync()
    {
        var run = await JobRun.StartAsync(Market, JobKind.Training, workers: 1, Used);
        await Ledger.Dollars.MintAsync(run.Scheduler.Address, Money.Dollars(500), Market.Deployer, Stop);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        return run;
    }
}
