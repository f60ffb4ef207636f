using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Market.Tests.Indexes;

namespace DataBright.Market.Tests.Jobs;

/// <summary>Jobs that end in every way, and the models that come of one.</summary>
internal sealed class JobScenario(TestMarket market) : WordScenario(market)
{
    public override IReadOnlyList<(string Name, Func<Task> Play)> Chapters =>
    [
        ("a job with a liar, its models, and a job that nobody did", JobsAsync),
        ("a scheduler that was away", MissedBeaconAsync),
    ];

    private async Task JobsAsync()
    {
        var run = await JobRun.StartAsync(Market, JobKind.Training, workers: 1);
        await run.AcceptAndAssignAsync();
        var liar = await Market.WorkerAsync();
        var verdict = new Verdict(run.Job.Id, liar.Address, run.Buyer.Address, Digest.Of("evidence"u8));
        await Ledger.Jobs.ConvictAsync(verdict, Ledger.Jobs.Statements.SignVerdict(verdict, run.Referee.Key), run.Buyer, Stop);
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        await run.ClaimFeeAsync(run.Buyer);
        await Ledger.Jobs.WithdrawAsync(run.Scheduler.Address, run.Buyer, Stop);
        var model = await Ledger.Models.RegisterAsync(run.Registration(), run.Buyer, Stop);
        await Ledger.Models.MoveBestAsync(run.Best(model, 985_000), run.Buyer, Stop);
        var replacement = await Proposals.ProposeReplacementAsync(run.Dataset.Id, new Replacement(model, null, 0), "It knew the answers.",
            run.Founder, Stop);
        await Proposals.VoteAsync(replacement, Choice.Yes, null, run.Founder, Stop);
        await Proposals.FinaliseAsync(replacement, run.Founder, Stop);
        await Ledger.Models.ReplaceBestAsync(replacement, run.Founder, Stop);

        var left = await JobRun.StartAsync(Market, JobKind.Training, workers: 1);
        await Market.Chain.AdvanceAsync(TimeSpan.FromHours(25), Stop);
        await Ledger.Jobs.RefundAsync(left.Job.Id, left.Buyer, Stop);
    }

    private async Task MissedBeaconAsync()
    {
        var run = await JobRun.StartAsync(Market, JobKind.Training, workers: 1);
        var (block, _, accepted) = await Ledger.Jobs.AcceptAsync(run.Job.Id, run.Seed, run.Scheduler, Stop);
        // In parts: a busy machine needs longer for all of them than a chain is given for one answer.
        for (var mined = 0; mined < 8_192; mined += 512) await Market.Chain.MineAsync(512, Stop);
        var (again, _, _) = await Ledger.Jobs.AcceptAgainAsync(run.Job.Id, run.Job.Transcript, run.Seed, block, run.Scheduler, Stop);
        await Ledger.Jobs.AssignAsync(run.Job.Id, accepted, run.Seed, again, JobRun.AssignmentRoot, run.Scheduler, Stop);
    }
}
