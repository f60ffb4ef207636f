using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Owed;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Trust;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Testing;

/// <summary>
/// Every event that can make a debt, each for an account of its own, on a chain of their own; and what must then be found.
/// </summary>
/// <param name="evidence">Writes what a shard was worth in a job, where somebody is to read it; what else stands there does not
/// matter.</param>
public sealed class DebtWalk(
    EmbeddedChain chain, Ledger ledger, Signer deployer, Func<JobId, Digest, Money, Hash32, Task<Cid>> evidence, CancellationToken stop)
    : ISheets, IDisposable
{
    internal static readonly DatasetPolicy Policy = new()
    {
        VotingPeriod = TimeSpan.FromHours(1),
        LateQuorum = TimeSpan.Zero,
        QuorumBps = 5_000,
        ProposalBond = Money.Dollars(10),
        SharesPerPoint = ShareAmount.Whole(1),
        TrainingPrice = Money.Dollars(50),
        UsageBps = 5_000,
        RoyaltyBps = 2_000,
    };

    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<JobId, PaySheet> _pay = [];
    private readonly Dictionary<JobId, UsageSheet> _usage = [];
    private int _made;

    /// <summary>A debt that must be found.</summary>
    /// <param name="Event">What made it: contract and event.</param>
    public sealed record Made(string Event, Signer Creditor, DebtKind Kind, DebtSource Source, Money Amount);

    internal Ledger Ledger => ledger;

    internal Signer Deployer => deployer;

    internal CancellationToken Stop => stop;

    public List<Made> Debts { get; } = [];

    /// <summary>What must be shown as not yet an account's own.</summary>
    public List<Made> Pending { get; } = [];

    public IReadOnlyDictionary<JobId, PaySheet> PaySheets => _pay;

    public Task<PaySheet?> PayAsync(JobId job, CancellationToken stop) => Task.FromResult(_pay.GetValueOrDefault(job));

    public Task<UsageSheet?> UsageAsync(JobId job, CancellationToken stop) => Task.FromResult(_usage.GetValueOrDefault(job));

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned)) owned.Dispose();
    }

    public async Task WalkAsync()
    {
        await ledger.Dollars.MintAsync(deployer.Address, Money.Dollars(1_000), deployer, stop);
        await WagesAsync();
        await DividendsAsync();
        await StakesAsync();
        var chapters = DebtChapter.All(this);
        var later = new List<Func<Task>> { await ProposalsAsync(), await PredictionsAsync(), await RefundsAsync(), await UsageAsync() };
        foreach (var chapter in chapters) later.Add(await chapter.BeginAsync());
        await chain.AdvanceAsync(TimeSpan.FromDays(12), stop);
        foreach (var finish in later) await finish();
        await RunningAsync();
        foreach (var chapter in chapters) await chapter.RunningAsync();
    }

    /// <summary>A job with a liar: what was not spent, the stake that was taken, pay by the sheet, pay that was claimed already.</summary>
    private async Task WagesAsync()
    {
        var (founder, dataset, _) = await DatasetAsync(Policy with { UsageBps = 0 });
        Signer worker = await WorkerAsync(), paid = await WorkerAsync(), liar = await WorkerAsync(), reporter = await PartyAsync();
        var job = await SettleAsync(dataset, worker, [(worker, 10), (paid, 7), (liar, 3)], liar, reporter);
        Owed("Jobs.Credited by JobSettled and WorkerConvicted", job.Buyer, DebtKind.JobCredit, "jobs", 45 - 10 - 7 - 3 - 5 + 25);
        Owed("Jobs.JobSettled", job.Buyer, DebtKind.Wage, DebtSource.Of(job.Id), 3);
        Owed("Jobs.JobSettled", worker, DebtKind.Wage, DebtSource.Of(job.Id), 10);
        Owed("Jobs.JobSettled", job.Scheduler, DebtKind.Wage, DebtSource.Of(job.Id), 5);
        Owed("Jobs.Credited by WorkerConvicted", reporter, DebtKind.JobCredit, "jobs", 25);
        Owed("Shares.DividendDeposited by JobSettled", founder, DebtKind.Dividend, DebtSource.Of(dataset), 50);
        var (pay, proof) = _pay[job.Id].ClaimOf(paid.Address)!.Value;
        await ledger.Jobs.ClaimPayAsync(job.Id, job.Outcome, paid.Address, pay, proof, deployer, stop);
        Owed("Jobs.Credited by PayClaimed", paid, DebtKind.JobCredit, "jobs", 7);
        Waits("Workers.WorkerSlashed", liar, DebtKind.Stake, "worker", 50);
        Waits("Workers.WorkerRegistered", worker, DebtKind.Stake, "worker", 100);
    }

    /// <summary>A deposit, a part of which was earned by shares that were given away since.</summary>
    private async Task DividendsAsync()
    {
        var (founder, dataset, _) = await DatasetAsync(Policy);
        var heir = await PartyAsync();
        await ledger.Shares.DepositAsync(dataset, Money.Dollars(20), deployer, stop);
        await ledger.Shares.TransferAsync(dataset, heir.Address, ShareAmount.Whole(100), founder, stop);
        await ledger.Shares.DepositAsync(dataset, Money.Dollars(4), deployer, stop);
        Owed("Shares.DividendDeposited", founder, DebtKind.Dividend, DebtSource.Of(dataset), 20);
        Owed("Shares.DividendDeposited after Transfer", heir, DebtKind.Dividend, DebtSource.Of(dataset), 4);
    }

    private async Task StakesAsync()
    {
        var leaver = await WorkerAsync();
        await ledger.Workers.BeginExitAsync(leaver, stop);
        Owed("Workers.ExitBegun", leaver, DebtKind.Stake, "worker", 100);
    }

    private async Task<Func<Task>> ProposalsAsync()
    {
        var (founder, dataset, _) = await DatasetAsync(Policy);
        Signer good = await PartyAsync(), bad = await PartyAsync(), ignored = await PartyAsync(), delister = await PartyAsync(),
            listed = await PartyAsync();
        var (accepted, _) = await ProposeAsync(dataset, good, founder, Choice.Yes);
        var (struck, root) = await ProposeAsync(dataset, listed, founder, Choice.Yes, points: 1);
        await ProposeAsync(dataset, bad, founder, Choice.No);
        var delisting = await ledger.Proposals.ProposeDelistingAsync(dataset, root, "stolen", delister, stop);
        foreach (var voter in new[] { founder, good, listed })
            if (await ledger.Proposals.OutcomeAsync(delisting, stop) == ProposalState.Open)
                await ledger.Proposals.VoteAsync(delisting, Choice.Yes, null, voter, stop);
        await ledger.Proposals.FinaliseAsync(delisting, deployer, stop);
        var lapsed = await ledger.Proposals.ProposeAsync(dataset, Offer(1), ignored, stop);
        Owed("Proposals.ProposalFinalised, accepted", good, DebtKind.Bond, DebtSource.Of(accepted), 10);
        Owed("Proposals.ProposalDelisted", listed, DebtKind.Bond, DebtSource.Of(struck), 10);
        Owed("Proposals.ProposalFinalised, a delisting", delister, DebtKind.Bond, DebtSource.Of(delisting), 10);
        return async () =>
        {
            await ledger.Proposals.FinaliseAsync(lapsed, deployer, stop);
            Owed("Proposals.ProposalFinalised, expired", ignored, DebtKind.Bond, DebtSource.Of(lapsed), 10);
            var forfeited = await ledger.Shares.ClaimableAsync(dataset, founder.Address, stop);
            Debts.Add(new Made("Shares.DividendDeposited by ProposalFinalised, rejected", founder, DebtKind.Dividend,
                DebtSource.Of(dataset), forfeited));
        };
    }

    private async Task<Func<Task>> PredictionsAsync()
    {
        var (_, dataset, _) = await DatasetAsync(Policy);
        Signer ancestor = await PartyAsync(), owner = await PartyAsync(), divider = await PartyAsync(), worker = await PartyAsync();
        var root = await ModelAsync(dataset, ancestor, royaltyBps: 1_000);
        var model = await ModelAsync(dataset, owner, 0, root);
        var divided = await ModelAsync(dataset, divider, 0, root);
        await SettleVoucherAsync(model, owner, worker, 100);
        await SettleVoucherAsync(divided, divider, worker, 10);
        await ledger.Predictions.DistributeAsync(divided, [root], deployer, stop);
        // A tenth is the worker's; of the rest two tenths are the dataset's and one is the parent's, of which two tenths again are the
        // dataset's.
        Owed("Predictions.CreditGiven by VoucherSettled", worker, DebtKind.PredictionCredit, "predictions", 11);
        Owed("Predictions.VoucherSettled", owner, DebtKind.Earnings, DebtSource.Of(model), 63);
        Debts.Add(new Made("Predictions.RoyaltyPaid", ancestor, DebtKind.Earnings, DebtSource.Of(root), new Money(7_920_000)));
        Debts.Add(new Made("Predictions.EarningsDistributed", divider, DebtKind.PredictionCredit, new("predictions", null),
            new Money(6_300_000)));
        Signer closer = await PartyAsync(), closed = await PartyAsync();
        var closing = await ledger.Predictions.OpenAsync(model, worker.Address, null, Money.Dollars(12), closer, stop);
        await ledger.Predictions.BeginClosingAsync(closing.Id, closer, stop);
        var over = await ledger.Predictions.OpenAsync(model, worker.Address, null, Money.Dollars(13), closed, stop);
        await ledger.Predictions.CloseAsync(over.Id, worker, stop);
        Owed("Predictions.ChannelClosed", closed, DebtKind.PredictionCredit, "predictions", 13);
        return () =>
        {
            Owed("Predictions.ClosingBegun", closer, DebtKind.ChannelRest, DebtSource.Of(closing.Id), 12);
            return Task.CompletedTask;
        };
    }

    private async Task<Func<Task>> RefundsAsync()
    {
        var (_, dataset, _) = await DatasetAsync(Policy);
        var (left, refunded) = (await OrderAsync(dataset), await OrderAsync(dataset));
        return async () =>
        {
            await ledger.Jobs.RefundAsync(refunded.Id, deployer, stop);
            Owed("Jobs.JobCreated, past its deadline", left.Buyer, DebtKind.OrderRefund, DebtSource.Of(left.Id), 95);
            Owed("Jobs.Credited by JobRefunded", refunded.Buyer, DebtKind.JobCredit, "jobs", 95);
        };
    }

    private async Task<Func<Task>> UsageAsync()
    {
        var bond = await ledger.Usage.BondAsync(stop);
        var (silent, confirmed, ruled) = (await UsedAsync(), await UsedAsync(), await UsedAsync());
        foreach (var one in new[] { silent, confirmed, ruled }) await PostAsync(one);
        var challenger = await PartyAsync();
        await ledger.Usage.ChallengeAsync(ruled.Job.Id, "it was noise", challenger, stop);
        return async () =>
        {
            await ledger.Usage.ConfirmAsync(confirmed.Job.Id, deployer, stop);
            await RuleAsync(ruled);
            Owed("Usage.UsagePosted, past its window", silent.Founder, DebtKind.UsageDividend, DebtSource.Of(silent.Job.Id), 25);
            Debts.Add(new Made("Usage.UsagePosted, past its window", silent.Job.Scheduler, DebtKind.UsageBond,
                DebtSource.Of(silent.Job.Id), bond));
            Owed("Usage.UsageFinal", confirmed.Founder, DebtKind.UsageDividend, DebtSource.Of(confirmed.Job.Id), 25);
            Debts.Add(new Made("Usage.CreditGiven by confirm", confirmed.Job.Scheduler, DebtKind.UsageCredit, new("usage", null), bond));
            Debts.Add(new Made("Usage.CreditGiven by UsageRuled", challenger, DebtKind.UsageCredit, new("usage", null),
                new Money(bond.Units * 2 - bond.Units / 2)));
        };
    }

    /// <summary>What runs when everything else is over.</summary>
    private async Task RunningAsync()
    {
        var (founder, dataset, _) = await DatasetAsync(Policy);
        var order = await OrderAsync(dataset);
        Waits("Jobs.JobCreated", order.Buyer, DebtKind.OrderRefund, DebtSource.Of(order.Id), 95);
        Signer proposer = await PartyAsync(), buyer = await PartyAsync(), leaver = await WorkerAsync();
        var proposal = await ledger.Proposals.ProposeAsync(dataset, Offer(1), proposer, stop);
        Waits("Proposals.Proposed", proposer, DebtKind.Bond, DebtSource.Of(proposal), 10);
        var model = await ModelAsync(dataset, founder, 0);
        var channel = await ledger.Predictions.OpenAsync(model, founder.Address, null, Money.Dollars(3), buyer, stop);
        Waits("Predictions.ChannelOpened", buyer, DebtKind.ChannelRest, DebtSource.Of(channel.Id), 3);
        await ledger.Workers.BeginExitAsync(leaver, stop);
        Waits("Workers.ExitBegun", leaver, DebtKind.Stake, "worker", 100);
        var posted = await UsedAsync();
        await PostAsync(posted);
        Waits("Usage.UsagePosted", posted.Founder, DebtKind.UsageDividend, DebtSource.Of(posted.Job.Id), 25);
        Pending.Add(new Made("Usage.UsagePosted", posted.Job.Scheduler, DebtKind.UsageBond, DebtSource.Of(posted.Job.Id),
            await ledger.Usage.BondAsync(stop)));
    }

    private readonly Dictionary<Address, Hash32> _roots = [];

    /// <summary>The shard that an account brought last.</summary>
    internal Hash32 ShardOf(Signer contributor) => _roots[contributor.Address];

    private sealed record Job(JobId Id, Signer Buyer, Signer Scheduler, Signer Referee, CreatedJob Created, JobOutcome Outcome);

    private sealed record Used(Job Job, Signer Founder, DatasetId Dataset, Hash32 Shard);

    internal void Owed(string by, Signer creditor, DebtKind kind, DebtSource source, ulong dollars) =>
        Debts.Add(new Made(by, creditor, kind, source, Money.Dollars(dollars)));

    private void Owed(string by, Signer creditor, DebtKind kind, string noun, ulong dollars) =>
        Owed(by, creditor, kind, new DebtSource(noun, null), dollars);

    internal void Waits(string by, Signer creditor, DebtKind kind, DebtSource source, ulong dollars) =>
        Pending.Add(new Made(by, creditor, kind, source, Money.Dollars(dollars)));

    private void Waits(string by, Signer creditor, DebtKind kind, string noun, ulong dollars) =>
        Waits(by, creditor, kind, new DebtSource(noun, null), dollars);

    internal async Task<Signer> PartyAsync()
    {
        var secret = new byte[32];
        (secret[0], secret[30], secret[31]) = (7, (byte)(++_made >> 8), (byte)_made);
        var key = EthereumKey.FromBytes(secret);
        _owned.Add(key);
        var party = new Signer(ledger.Client, key, TimeProvider.System);
        _owned.Add(party);
        await chain.FundAsync(party.Address, Uint256.Parse("1000000000000000000000"));
        await ledger.Dollars.MintAsync(party.Address, Money.Dollars(10_000), deployer, stop);
        return party;
    }

    private async Task<Signer> WorkerAsync()
    {
        var worker = await PartyAsync();
        await ledger.Workers.RegisterAsync(Money.Dollars(100), Money.Dollars(1), worker.Key.PublicKey, Digest.Of("machine"u8),
            worker, stop);
        return worker;
    }

    private async Task<Signer> TrustedAsync(TrustedRole role)
    {
        var party = await PartyAsync();
        await ledger.TrustedKeys.RegisterAsync(party.Address, role, Attestation.None, null, deployer, stop);
        return party;
    }

    private static OfferedShard Offer(int points)
    {
        var digest = Digest.Of(Guid.CreateVersion7().ToByteArray());
        return new OfferedShard(digest.ToHash32(), points, Cid.Raw(digest));
    }

    internal async Task<(Signer Founder, DatasetId Dataset, Digest Schema)> DatasetAsync(DatasetPolicy policy)
    {
        var founder = await PartyAsync();
        var offer = Offer(100);
        _roots[founder.Address] = offer.Root;
        var made = await ledger.Datasets.CreateAsync(new DatasetCharter(
            Digest.Of("about"u8), Digest.Of("schema"u8), Digest.Of("held out"u8), "Digits", "DIG", policy,
            [new Founder(founder.Address, ShareAmount.Whole(100))], offer), founder, stop);
        return (founder, made.Id, Digest.Of("schema"u8));
    }

    internal async Task<(ProposalId Proposal, Hash32 Root)> ProposeAsync(DatasetId dataset, Signer contributor, Signer voter, Choice choice,
        int points = 1)
    {
        var offer = Offer(points);
        _roots[contributor.Address] = offer.Root;
        var proposal = await ledger.Proposals.ProposeAsync(dataset, offer, contributor, stop);
        await ledger.Proposals.VoteAsync(proposal, choice, null, voter, stop);
        await ledger.Proposals.FinaliseAsync(proposal, contributor, stop);
        return (proposal, offer.Root);
    }

    internal async Task<DateTimeOffset> AfterAsync(TimeSpan time) =>
        (await ledger.Client.BlockAsync(BlockTag.Latest, stop))!.Timestamp + time;

    private Task<ModelId> ModelAsync(DatasetId dataset, Signer owner, int royaltyBps, params ModelId[] parents)
    {
        var checkpoint = Digest.Of(Guid.CreateVersion7().ToByteArray());
        return ledger.Models.RegisterAsync(
            new ModelRegistration(checkpoint, Digest.Of("LeNet-5"u8), Cid.Raw(checkpoint), parents, dataset, 900_000, new Money(10_000),
                null) { RoyaltyBps = royaltyBps }, owner, stop);
    }

    private async Task SettleVoucherAsync(ModelId model, Signer owner, Signer worker, ulong dollars)
    {
        var buyer = await PartyAsync();
        await ledger.Predictions.AppointAsync(model, worker.Address, 1_000, owner, stop);
        var channel = await ledger.Predictions.OpenAsync(model, worker.Address, null, Money.Dollars(dollars), buyer, stop);
        await ledger.Predictions.SettleAsync(ledger.Predictions.Statements.Sign(new Voucher(channel.Id, Money.Dollars(dollars)), buyer.Key),
            worker, stop);
    }

    private async Task<Job> OrderAsync(DatasetId dataset)
    {
        Signer buyer = await PartyAsync(), scheduler = await TrustedAsync(TrustedRole.Scheduler),
            referee = await TrustedAsync(TrustedRole.Referee);
        var created = await ledger.Jobs.CreateAsync(new JobOrder(
            JobKind.Training, dataset, null, Digest.Of("plan"u8), scheduler.Address, referee.Address, 1, Money.Dollars(45),
            await AfterAsync(TimeSpan.FromHours(24))), buyer, stop);
        return new Job(created.Id, buyer, scheduler, referee, created, null!);
    }

    private async Task<Job> SettleAsync(DatasetId dataset, Signer worker, (Signer Payee, ulong Dollars)[] wages, Signer? liar = null,
        Signer? reporter = null)
    {
        var order = await OrderAsync(dataset);
        var (jobs, seed, salt, result) = (ledger.Jobs, Digest.Of("seed"u8).ToHash32(), Digest.Of("salt"u8).ToHash32(),
            Digest.Of(Guid.CreateVersion7().ToByteArray()));
        var (block, _, _) = await jobs.AcceptAsync(order.Id, seed, order.Scheduler, stop);
        var assigned = await jobs.AssignAsync(order.Id, order.Created.Transcript, seed, block, Hash32.Zero, order.Scheduler, stop);
        if (liar is not null)
        {
            var verdict = new Verdict(order.Id, liar.Address, reporter!.Address, Digest.Of("evidence"u8));
            await jobs.ConvictAsync(verdict, jobs.Statements.SignVerdict(verdict, order.Referee.Key), deployer, stop);
        }
        var commits = new MerkleTree([JobStatements.CommitmentLeaf(order.Id, worker.Address, result, 1, salt)]);
        var (anchoredAt, transcript) = await jobs.AnchorAsync(order.Id, commits.Root, order.Scheduler, stop);
        var pay = new PaySheet(order.Id,
            [.. wages.Select(wage => (wage.Payee.Address, Money.Dollars(wage.Dollars))), (order.Scheduler.Address, Money.Dollars(5))]);
        var outcome = new JobOutcome(transcript, result, 1, pay.Root);
        await jobs.SettleAsync(
            order.Id, assigned.Transcript, commits.Root, anchoredAt, outcome,
            [new WorkReceipt(worker.Address, salt, jobs.Statements.SignReceipt(order.Id, result, 1, salt, worker.Key), commits.ProofOf(0))],
            pay.Total, order.Scheduler, stop);
        _pay[order.Id] = pay;
        return order with { Outcome = outcome };
    }

    /// <summary>A settled job that keeps 25 dollars for its contributors, of which there is one.</summary>
    private async Task<Used> UsedAsync()
    {
        var (founder, dataset, _) = await DatasetAsync(Policy);
        var worker = await WorkerAsync();
        var job = await SettleAsync(dataset, worker, [(worker, 10)]);
        return new Used(job, founder, dataset, _roots[founder.Address]);
    }

    private async Task PostAsync(Used used)
    {
        var (sheet, cid) = await SheetAsync(used);
        await ledger.Usage.PostAsync(sheet, cid, used.Job.Scheduler, stop);
        _usage[used.Job.Id] = sheet;
    }

    /// <summary>The referee finds that less was of use.</summary>
    private async Task RuleAsync(Used used)
    {
        var (sheet, cid) = await SheetAsync(used, Money.Dollars(20));
        await ledger.Usage.RuleAsync(ledger.Usage.Sign(new UsageRuling(used.Job.Id, sheet.Root, sheet.Total, cid.Hash),
            used.Job.Referee.Key), deployer, stop);
        _usage[used.Job.Id] = sheet;
        Owed("Usage.UsageRuled", used.Founder, DebtKind.UsageDividend, DebtSource.Of(used.Job.Id), 20);
    }

    private async Task<(UsageSheet Sheet, Cid Evidence)> SheetAsync(Used used, Money? part = null)
    {
        var whole = part ?? await ledger.Usage.KeptAsync(used.Job.Id, stop);
        var cid = await evidence(used.Job.Id, used.Job.Outcome.Result, whole, used.Shard);
        return (UsageSheet.Divide(used.Job.Id, whole, [(used.Founder.Address, 7)])!, cid);
    }
}
