using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Tests.Jobs;
using DataBright.Market.Tests.Ledgers;
using DataBright.Market.Trust;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Market.Tests.Indexes;

/// <summary>Everything that can happen on a market, in chapters: each event of each contract comes at least once.</summary>
internal sealed class EveryEventScenario(TestMarket market)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan VotingPeriod = TestMarket.Policy.VotingPeriod;
    private static readonly DatasetPolicy Sealed = TestMarket.Policy with { RevealPeriod = TimeSpan.FromHours(1) };
    private static readonly DatasetPolicy Late = TestMarket.Policy with { LateQuorum = VotingPeriod, QuorumBps = 2_000 };
    private static readonly DatasetPolicy Used = TestMarket.Policy with { UsageBps = 5_000 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    private ProposalLedger Proposals => market.Ledger.Proposals;

    public IReadOnlyList<(string Name, Func<Task> Play)> Chapters =>
    [
        ("proposals that are accepted, rejected and forgotten", ProposalsAsync),
        ("a shard is taken off the list", DelistingAsync),
        ("sealed votes", SealedVotesAsync),
        ("judgements, and an appeal", ReviewAsync),
        ("a quorum that comes late", LateQuorumAsync),
        ("an evaluation", EvaluationAsync),
        ("shares move and pay", SharesAsync),
        ("workers come and go", WorkersAsync),
        ("a job with a liar, its models, and a job that nobody did", JobsAsync),
        ("a scheduler that was away", MissedBeaconAsync),
        ("usage that nobody doubts", UsageAsync),
        ("usage that is doubted", DoubtedUsageAsync),
        ("predictions", PredictionsAsync),
        ("a request that is met", RequestAsync),
        ("a request that an association votes on", CuratedRequestAsync),
        ("a late vote on a request", LateRequestVoteAsync),
    ];

    private async Task ProposalsAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        var accepted = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        var rejected = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        var forgotten = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        await Proposals.VoteAsync(accepted, Choice.Yes, "clean", anna, Stop);
        await Proposals.FinaliseAsync(accepted, ben, Stop);
        await Proposals.WithdrawBondAsync(accepted, ben, Stop);
        await Proposals.VoteAsync(rejected, Choice.No, null, anna, Stop);
        await Proposals.FinaliseAsync(rejected, ben, Stop);
        await market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Proposals.FinaliseAsync(forgotten, ben, Stop);
    }

    private async Task DelistingAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        var offer = TestMarket.Offer();
        await AcceptAsync(dataset, offer, ben, anna);
        var delisting = await Proposals.ProposeDelistingAsync(dataset, offer.Root, "stolen", ben, Stop);
        await Proposals.VoteAsync(delisting, Choice.Yes, null, anna, Stop);
        await Proposals.VoteAsync(delisting, Choice.Yes, null, ben, Stop);
        await Proposals.FinaliseAsync(delisting, ben, Stop);
    }

    private async Task SealedVotesAsync()
    {
        var (dataset, anna, ben) = await TownAsync(Sealed);
        var proposal = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        await Proposals.CommitVoteAsync(proposal, Choice.Yes, Hash32.Zero, anna, Stop);
        await market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Proposals.RevealVoteAsync(proposal, anna.Address, Choice.Yes, Hash32.Zero, "as sealed", anna, Stop);
        await market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Proposals.FinaliseAsync(proposal, ben, Stop);
    }

    private async Task ReviewAsync()
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync(), curator = await market.PartyAsync();
        var charter = TestMarket.Charter(Sealed, [new Founder(anna.Address, ShareAmount.Whole(10))]) with { Curators = [curator.Address] };
        var dataset = await Ledger.Datasets.CreateAsync(charter, anna, Stop);
        var proposal = await Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), ben, Stop);
        await Proposals.CommitVoteAsync(proposal, Choice.No, Hash32.Zero, curator, Stop);
        await market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Proposals.RevealVoteAsync(proposal, curator.Address, Choice.No, Hash32.Zero, "blurred", curator, Stop);
        await market.Chain.AdvanceAsync(VotingPeriod, Stop);
        await Proposals.AppealAsync(proposal, anna, Stop);
        await Proposals.VoteAsync(proposal, Choice.Yes, null, anna, Stop);
        await Proposals.FinaliseAsync(proposal, ben, Stop);
    }

    private async Task LateQuorumAsync()
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync();
        var dataset = (await market.DatasetAsync(Late, anna, (anna, 30), (ben, 70))).Id;
        var proposal = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        await market.Chain.AdvanceAsync(VotingPeriod / 2, Stop);
        await Proposals.VoteAsync(proposal, Choice.Yes, null, anna, Stop);
    }

    private async Task EvaluationAsync()
    {
        var (dataset, _, ben) = await TownAsync(TestMarket.Policy);
        var (_, referee) = await market.TrustedAsync(TrustedRole.Referee);
        var proposal = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        var measured = new EvaluationStatement(dataset, proposal, 900_000, 950_000, 40_000, 90, 10, default, Digest.Of("best"u8),
            await market.MeasuredAsync(dataset, proposal), await market.NowAsync() + VotingPeriod);
        await Proposals.PostEvaluationAsync(Proposals.Statements.Sign(measured, referee.Key), ben, Stop);
    }

    private async Task SharesAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        await Ledger.Shares.DelegateAsync(dataset, ben.Address, anna, Stop);
        await Ledger.Shares.DepositAsync(dataset, new Money(100_000_007), ben, Stop);
        await Ledger.Shares.TransferAsync(dataset, ben.Address, ShareAmount.Whole(5), anna, Stop);
        await Ledger.Shares.ClaimAsync(dataset, anna.Address, ben, Stop);
    }

    private async Task WorkersAsync()
    {
        var worker = await market.WorkerAsync();
        await Ledger.Workers.ChangeMinimumFeeAsync(new Money(77), worker, Stop);
        await Ledger.Workers.AddStakeAsync(Money.Dollars(7), worker, Stop);
        await Ledger.Workers.BeginExitAsync(worker, Stop);
        await market.Chain.AdvanceAsync(TestMarket.CoolDown, Stop);
        await Ledger.Workers.WithdrawStakeAsync(worker, Stop);
        var (number, _) = await market.TrustedAsync(TrustedRole.Scheduler);
        await Ledger.TrustedKeys.RevokeAsync(number, market.Deployer, Stop);
    }

    private async Task JobsAsync()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        await run.AcceptAndAssignAsync();
        var liar = await market.WorkerAsync();
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

        var left = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        await market.Chain.AdvanceAsync(TimeSpan.FromHours(25), Stop);
        await Ledger.Jobs.RefundAsync(left.Job.Id, left.Buyer, Stop);
    }

    private async Task MissedBeaconAsync()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        var (block, _, accepted) = await Ledger.Jobs.AcceptAsync(run.Job.Id, run.Seed, run.Scheduler, Stop);
        // In parts: a busy machine needs longer for all of them than a chain is given for one answer.
        for (var mined = 0; mined < 8_192; mined += 512) await market.Chain.MineAsync(512, Stop);
        var (again, _, _) = await Ledger.Jobs.AcceptAgainAsync(run.Job.Id, run.Job.Transcript, run.Seed, block, run.Scheduler, Stop);
        await Ledger.Jobs.AssignAsync(run.Job.Id, accepted, run.Seed, again, JobRun.AssignmentRoot, run.Scheduler, Stop);
    }

    private async Task UsageAsync()
    {
        var run = await SettledAsync();
        var sheet = new UsageSheet(run.Job.Id, [(run.Buyer.Address, Money.Dollars(20)), (run.Referee.Address, Money.Dollars(4))]);
        await Ledger.Usage.PostAsync(sheet, Cid.Raw(Digest.Of("evidence"u8)), run.Scheduler, Stop);
        await market.Chain.AdvanceAsync(TimeSpan.FromDays(3) + Moment, Stop);
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
        await market.Chain.AdvanceAsync(TimeSpan.FromDays(32), Stop);
        await RuleAsync(silent);
    }

    private Task<bool> RuleAsync(JobRun run)
    {
        var right = new UsageSheet(run.Job.Id, [(run.Referee.Address, Money.Dollars(10))]);
        var ruling = new UsageRuling(run.Job.Id, right.Root, right.Total, Digest.Of("redone"u8));
        return Ledger.Usage.RuleAsync(Ledger.Usage.Sign(ruling, run.Referee.Key), run.Buyer, Stop);
    }

    private async Task PredictionsAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        var parent = await ModelAsync(dataset, anna, royaltyBps: 1_000);
        var model = await ModelAsync(dataset, anna, royaltyBps: 0, parent);
        await Ledger.Predictions.AppointAsync(model, anna.Address, 3_333, anna, Stop);
        await Ledger.Predictions.AppointAsync(model, ben.Address, 1, anna, Stop);
        await Ledger.Predictions.DismissAsync(model, ben.Address, anna, Stop);
        var channel = await Ledger.Predictions.OpenAsync(model, anna.Address, null, new Money(1_000_003), ben, Stop);
        await Ledger.Predictions.TopUpAsync(channel.Id, new Money(17), ben, Stop);
        await Ledger.Predictions.SettleAsync(Ledger.Predictions.Statements.Sign(new Voucher(channel.Id, new Money(77_777)), ben.Key),
            anna, Stop);
        await Ledger.Predictions.DistributeAsync(model, [parent], ben, Stop);
        await Ledger.Predictions.WithdrawAsync(anna.Address, ben, Stop);
        await Ledger.Predictions.BeginClosingAsync(channel.Id, ben, Stop);
        await market.Chain.AdvanceAsync(await Ledger.Predictions.ChallengePeriodAsync(Stop) + Moment, Stop);
        await Ledger.Predictions.CloseAsync(channel.Id, ben, Stop);
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
        await market.Chain.AdvanceAsync(TimeSpan.FromDays(40), Stop);
        await Ledger.Requests.CloseAsync(request, ben, Stop);
        await Ledger.Requests.RefundAsync(request, ben.Address, anna, Stop);
    }

    private async Task CuratedRequestAsync()
    {
        var (association, anna, ben) = await TownAsync(TestMarket.Policy);
        var request = await Ledger.Requests.OpenAsync(await AskAsync(association), ben, Stop);
        await Ledger.Requests.VoteAsync(request, Choice.Yes, "we want it", anna, Stop);
        await market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Ledger.Requests.DecideAsync(request, ben, Stop);
    }

    private async Task LateRequestVoteAsync()
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync();
        var association = (await market.DatasetAsync(Late, anna, (anna, 30), (ben, 70))).Id;
        var request = await Ledger.Requests.OpenAsync(await AskAsync(association), ben, Stop);
        await market.Chain.AdvanceAsync(VotingPeriod / 2, Stop);
        await Ledger.Requests.VoteAsync(request, Choice.Yes, "at last", anna, Stop);
    }

    private async Task<(DatasetId Dataset, Signer Anna, Signer Ben)> TownAsync(DatasetPolicy policy)
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync();
        return ((await market.DatasetAsync(policy, anna, (anna, 97), (ben, 3))).Id, anna, ben);
    }

    private async Task AcceptAsync(DatasetId dataset, OfferedShard offer, Signer contributor, Signer voter)
    {
        var proposal = await Proposals.ProposeAsync(dataset, offer, contributor, Stop);
        await Proposals.VoteAsync(proposal, Choice.Yes, null, voter, Stop);
        await Proposals.FinaliseAsync(proposal, contributor, Stop);
    }

    private async Task<JobRun> SettledAsync()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1, Used);
        await Ledger.Dollars.MintAsync(run.Scheduler.Address, Money.Dollars(500), market.Deployer, Stop);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        return run;
    }

    private Task<ModelId> ModelAsync(DatasetId dataset, Signer owner, int royaltyBps, params ModelId[] parents)
    {
        var checkpoint = Digest.Of(Guid.CreateVersion7().ToByteArray());
        var model = new ModelRegistration(checkpoint, Digest.Of("LeNet-5"u8), Cid.Raw(checkpoint), parents, dataset, 900_000,
            new Money(10_000), null) { RoyaltyBps = royaltyBps };
        return Ledger.Models.RegisterAsync(model, owner, Stop);
    }

    private async Task<RequestAsk> AskAsync(DatasetId? association) => new(
        Digest.Of("more"u8), Shards.Images.Hash, association, new Money(3), await market.NowAsync() + TimeSpan.FromDays(2),
        Money.Dollars(2));
}
