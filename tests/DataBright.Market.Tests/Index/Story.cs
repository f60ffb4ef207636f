using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Tests.Jobs;
using DataBright.Market.Trust;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Market.Tests.Indexes;

/// <summary>Parties who do whatever comes next, chosen by a seed. What the rules forbid at that moment is left out.</summary>
internal sealed class Story(TestMarket market, Random random, IReadOnlyList<Signer> parties, Signer worker, Address scheduler,
    Address referee, IReadOnlyList<JobRun> settled, DatasetId reviewed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    public static async Task<Story> BeginAsync(TestMarket market, Random random)
    {
        Signer[] parties = [await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync()];
        await market.DatasetAsync(TestMarket.Policy, parties[0], (parties[0], 50), (parties[1], 50));
        var scheduler = await market.TrustedAsync(TrustedRole.Scheduler);
        var referee = await market.TrustedAsync(TrustedRole.Referee);
        List<JobRun> settled = [await SettledAsync(market), await SettledAsync(market)];
        return new Story(market, random, parties, await market.WorkerAsync(), scheduler.Signer.Address, referee.Signer.Address, settled,
            await ReviewedAsync(market, parties));
    }

    /// <summary>A job whose price is partly kept until somebody has said whose points were of use.</summary>
    private static async Task<JobRun> SettledAsync(TestMarket market)
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1, TestMarket.Policy with { UsageBps = 5_000 });
        await market.Ledger.Dollars.MintAsync(run.Scheduler.Address, Money.Dollars(500), market.Deployer, Stop);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        return run;
    }

    /// <summary>A dataset whose proposals two of the parties judge blindly.</summary>
    private static async Task<DatasetId> ReviewedAsync(TestMarket market, Signer[] parties)
    {
        var charter = TestMarket.Charter(TestMarket.Policy with { RevealPeriod = TimeSpan.FromHours(1) },
            [new Founder(parties[2].Address, ShareAmount.Whole(10))]);
        return (await market.Ledger.Datasets.CreateAsync(charter with { Curators = [parties[0].Address, parties[1].Address] },
            parties[2], Stop)).Id;
    }

    public async Task GoOnAsync(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            // Signers remember how many transactions they have sent; after blocks were taken back they must not.
            using var who = new Signer(market.Client, parties[random.Next(parties.Count)].Key, TimeProvider.System);
            using var machine = new Signer(market.Client, worker.Key, TimeProvider.System);
            try
            {
                await DoAsync(random.Next(26), who, machine);
            }
            catch (RuleBrokenException)
            {
            }
        }
    }

    private async Task ServeAsync(DatasetId dataset, Signer who)
    {
        var checkpoint = Digest.Of(Guid.CreateVersion7().ToByteArray());
        var model = await Ledger.Models.RegisterAsync(
            new ModelRegistration(checkpoint, checkpoint, Cid.Raw(checkpoint), [], dataset, 1, new Money(5), null), who, Stop);
        await Ledger.Predictions.AppointAsync(model, parties[1].Address, random.Next(5_000), who, Stop);
        await Ledger.Predictions.OpenAsync(model, parties[1].Address, parties[2].Address, new Money(1_000), who, Stop);
    }

    private async Task AskAsync(DatasetId dataset, Signer who)
    {
        var deadline = await market.NowAsync() + TimeSpan.FromDays(2);
        var association = random.Next(3) == 0 ? dataset : (DatasetId?)null;
        var ask = new RequestAsk(Digest.Of("more"u8), Shards.Images.Hash, association, new Money(3), deadline, new Money(1_000));
        var request = await Ledger.Requests.OpenAsync(ask, who, Stop);
        if (association is null) await Ledger.Requests.AdoptAsync(request, dataset, who, Stop);
        else await Ledger.Requests.VoteAsync(request, Choice.Yes, "we want it", who, Stop);
    }

    private async Task AnswerAsync(RequestId request, DatasetId dataset, Signer who)
    {
        await Ledger.Requests.SponsorAsync(request, new Money((ulong)random.Next(1, 500)), who, Stop);
        var offer = TestMarket.Offer();
        var proposal = await Ledger.Proposals.ProposeAsync(dataset, offer, who, Stop);
        await Ledger.Requests.AnswerAsync(request, dataset, "here", who, Stop);
        foreach (var party in parties)
        {
            using var voter = new Signer(market.Client, party.Key, TimeProvider.System);
            if ((await Ledger.Proposals.OutcomeAsync(proposal, Stop)) == ProposalState.Open)
                await Ledger.Proposals.VoteAsync(proposal, Choice.Yes, "", voter, Stop);
        }
        await Ledger.Proposals.FinaliseAsync(proposal, who, Stop);
        await Ledger.Requests.PayRewardAsync(request, offer.Root, who, Stop);
    }

    /// <summary>The next step of a usage dividend, one of those that its state allows.</summary>
    private async Task UseAsync(JobRun run, Signer who)
    {
        var (job, usage) = (run.Job.Id, Ledger.Usage);
        var sheet = new UsageSheet(job, [(parties[0].Address, Money.Dollars(20)), (parties[1].Address, Money.Dollars(4))]);
        switch ((await usage.FindAsync(job, Stop))?.State, random.Next(2))
        {
            case (null, _):
                using (var poster = new Signer(market.Client, run.Scheduler.Key, TimeProvider.System)) await usage.PostAsync(sheet,
                    Cid.Raw(Digest.Of("evidence"u8)), poster, Stop);
                break;
            case (UsageState.Posted, 0): await usage.ChallengeAsync(job, "it was noise", who, Stop); break;
            case (UsageState.Posted, _):
                await market.Chain.AdvanceAsync(TimeSpan.FromDays(3) + TimeSpan.FromSeconds(1), Stop);
                await usage.ConfirmAsync(job, who, Stop);
                break;
            case (UsageState.Challenged, _): await usage.RuleAsync(
                usage.Sign(new UsageRuling(job, sheet.Root, sheet.Total, Digest.Of("redone"u8)), run.Referee.Key), who, Stop); break;
            default:
                await usage.ClaimAsync(sheet, parties[random.Next(2)].Address, who, Stop);
                await usage.WithdrawAsync(run.Scheduler.Address, who, Stop);
                break;
        }
    }

    /// <summary>A proposal, sealed judgements on it, and what was in them; sometimes an appeal.</summary>
    private async Task JudgeAsync(Signer who)
    {
        var proposal = await Ledger.Proposals.ProposeAsync(reviewed, TestMarket.Offer(), who, Stop);
        Hash32 salt = Keccak.Hash([(byte)random.Next(256)]);
        foreach (var curator in parties.Take(random.Next(3)))
        {
            using var hand = new Signer(market.Client, curator.Key, TimeProvider.System);
            await Ledger.Proposals.CommitVoteAsync(proposal, Choice.Yes, salt, hand, Stop);
        }

        if (random.Next(2) == 0) return;
        await market.Chain.AdvanceAsync(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1), Stop);
        using var first = new Signer(market.Client, parties[0].Key, TimeProvider.System);
        await Ledger.Proposals.RevealVoteAsync(proposal, parties[0].Address, Choice.Yes, salt, "it is sound", first, Stop);
        await market.Chain.AdvanceAsync(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1), Stop);
        using var holder = new Signer(market.Client, parties[2].Key, TimeProvider.System);
        await Ledger.Proposals.AppealAsync(proposal, holder, Stop);
    }

    private async Task PayAsync(ChannelId id, Signer who)
    {
        if (await Ledger.Predictions.FindAsync(id, Stop) is not { } channel) return;
        var voucher = Ledger.Predictions.Statements.Sign(new Voucher(id, new Money((ulong)random.Next(1, 1_000))), parties[2].Key);
        await Ledger.Predictions.SettleAsync(voucher, who, Stop);
        await Ledger.Predictions.DistributeAsync(channel.Model, [], who, Stop);
        if (random.Next(2) == 0) await Ledger.Predictions.BeginClosingAsync(id, who, Stop);
        if (random.Next(2) == 0) await Ledger.Predictions.CloseAsync(id, who, Stop);
        await Ledger.Predictions.WithdrawAsync(parties[1].Address, who, Stop);
    }

    private async Task DoAsync(int what, Signer who, Signer machine)
    {
        var dataset = new DatasetId(await Ledger.Datasets.CountAsync(Stop));
        var proposal = new ProposalId(Math.Max(1, await Ledger.Proposals.CountAsync(Stop)));
        switch (what)
        {
            case 0: await market.DatasetAsync(TestMarket.Policy, who, (who, 10), (parties[1], 20)); break;
            case 1 or 2: await Ledger.Proposals.ProposeAsync(dataset, TestMarket.Offer(), who, Stop); break;
            case 3 or 4: await Ledger.Proposals.VoteAsync(proposal, random.Next(4) > 0 ? Choice.Yes : Choice.No, "because", who,
                Stop); break;
            case 5: await Ledger.Proposals.FinaliseAsync(proposal, who, Stop); break;
            case 6: await Ledger.Shares.TransferAsync(dataset, parties[2].Address, ShareAmount.Whole(1), who, Stop); break;
            case 7:
                await Ledger.Shares.DepositAsync(dataset, Money.Dollars(1), who, Stop);
                await Ledger.Shares.ClaimAsync(dataset, who.Address, who, Stop);
                break;
            case 8: await Ledger.Workers.ChangeMinimumFeeAsync(new Money((ulong)random.Next(1000)), machine, Stop); break;
            case 9: await ServeAsync(dataset, who); break;
            case 12: await AskAsync(dataset, who); break;
            case 13 or 14: await AnswerAsync(new RequestId((ulong)random.Next(1, 4)), dataset, who); break;
            case >= 16 and < 22: await UseAsync(settled[random.Next(settled.Count)], who); break;
            case >= 22: await JudgeAsync(who); break;
            case 10 or 11: await PayAsync(new ChannelId((ulong)random.Next(1, 4)), who); break;
            default:
                await Ledger.Jobs.CreateAsync(new JobOrder(
                    JobKind.Training, dataset, null, Digest.Of("plan"u8), scheduler, referee, 1, Money.Dollars(2),
                    await market.NowAsync() + TimeSpan.FromHours(1)), who, Stop);
                break;
        }
    }
}
