using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Trust;
using DataBright.Storage;

namespace DataBright.Market.Tests.Jobs;

/// <summary>A job of a test with everybody who takes part, step by step.</summary>
internal sealed class JobRun
{
    private static readonly Digest Result = Digest.Of("the trained parameters"u8);

    private readonly TestMarket _market;

    private JobRun(TestMarket market) => _market = market;

    public static Hash32 AssignmentRoot { get; } = Digest.Of("who does what"u8).ToHash32();

    public Hash32 Seed { get; } = Digest.Of("seed"u8).ToHash32();

    public Dataset Dataset { get; private init; } = null!;

    public Signer Buyer { get; private init; } = null!;

    /// <summary>Who holds all shares of the dataset.</summary>
    public Signer Founder { get; private init; } = null!;

    public Signer Scheduler { get; private init; } = null!;

    public Signer Referee { get; private init; } = null!;

    /// <summary>The referee's word that the model may be the best, for an hour.</summary>
    public Signed<BestStatement> Best(ModelId model, uint metric) =>
        new BestStatement(Dataset.Id, model, Outcome.Result, metric, TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(365))
            .Sign(_market.Ledger.Addresses, Referee.Key);

    public IReadOnlyList<Signer> Workers { get; private init; } = null!;

    public CreatedJob Job { get; private set; } = null!;

    public Hash32 AcceptanceBlock { get; private set; }

    public Assignment Assignment { get; private set; } = null!;

    public Hash32 CommitsRoot { get; private set; }

    public PaySheet Pay { get; private set; } = null!;

    public JobOutcome Outcome { get; set; } = null!;

    public IReadOnlyList<WorkReceipt> Receipts { get; set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => _market.Ledger;

    public static async Task<JobRun> StartAsync(TestMarket market, JobKind kind, int workers, DatasetPolicy? policy = null)
    {
        var (_, scheduler) = await market.TrustedAsync(TrustedRole.Scheduler);
        var (_, referee) = await market.TrustedAsync(TrustedRole.Referee);
        var buyer = await market.PartyAsync();
        var all = new List<Signer>();
        for (int i = 0; i < workers; i++) all.Add(await market.WorkerAsync());

        var owner = await market.PartyAsync();
        var dataset = await market.DatasetAsync(policy ?? TestMarket.Policy, owner, (owner, 100));
        ProposalId? proposal = kind == JobKind.Evaluation
            ? await market.Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), owner, Stop)
            : null;
        var run = new JobRun(market) { Dataset = dataset, Founder = owner, Buyer = buyer, Scheduler = scheduler, Referee = referee,
            Workers = [.. all.OrderBy(w => w.Address)] };
        var deadline = await market.NowAsync() + TimeSpan.FromHours(24);
        run.Job = await market.Ledger.Jobs.CreateAsync(new JobOrder(
            kind, dataset.Id, proposal, Digest.Of("plan"u8), scheduler.Address, referee.Address, workers, Money.Dollars(45), deadline),
            buyer, Stop);
        return run;
    }

    public ulong AcceptedAt { get; private set; }

    public ulong AnchoredAt { get; private set; }

    /// <summary>Claims the scheduler's line of the pay sheet.</summary>
    public Task ClaimFeeAsync(Signer sender)
    {
        var (fee, proof) = Pay.ClaimOf(Scheduler.Address)!.Value;
        return Ledger.Jobs.ClaimPayAsync(Job.Id, Outcome, Scheduler.Address, fee, proof, sender, Stop);
    }

    public async Task AcceptAndAssignAsync()
    {
        (AcceptedAt, AcceptanceBlock, _) = await Ledger.Jobs.AcceptAsync(Job.Id, Seed, Scheduler, Stop);
        Assignment = await Ledger.Jobs.AssignAsync(Job.Id, Job.Transcript, Seed, AcceptedAt, AssignmentRoot, Scheduler, Stop);
    }

    /// <summary>Anchors the commitments of some workers to the same result.</summary>
    public async Task AnchorAsync(IReadOnlyList<Signer> workers)
    {
        workers = [.. workers.OrderBy(worker => worker.Address)];
        const int metric = 985_000;
        var salts = workers.Select((_, i) => Digest.Of([(byte)i]).ToHash32()).ToArray();
        var tree =
            new MerkleTree([.. workers.Zip(salts,
                (worker, salt) => JobStatements.CommitmentLeaf(Job.Id, worker.Address, Result, metric, salt))]);
        CommitsRoot = tree.Root;
        (AnchoredAt, var transcript) = await Ledger.Jobs.AnchorAsync(Job.Id, CommitsRoot, Scheduler, Stop);

        Pay = new PaySheet(Job.Id, [.. workers.Select(worker => (worker.Address, Money.Dollars(10))),
            (Scheduler.Address, Money.Dollars(5))]);
        Outcome = new JobOutcome(transcript, Result, metric, Pay.Root);
        Receipts = [.. workers.Select((worker, i) => new WorkReceipt(
            worker.Address, salts[i], Ledger.Jobs.Statements.SignReceipt(Job.Id, Result, metric, salts[i], worker.Key), tree.ProofOf(i)))];
    }

    public Task SettleAsync() => SettleAsync(Scheduler);

    public Task SettleAsync(Signer sender) => Ledger.Jobs.SettleAsync(
        Job.Id, Assignment.Transcript, CommitsRoot, AnchoredAt, Outcome, Receipts, Pay.Total, sender, Stop);

    public ModelRegistration Registration() => new(
        Result, Digest.Of("LeNet-5"u8), Cid.Raw(Result), [], Dataset.Id, Outcome.MetricPpm, Money.Dollars(1),
        new JobResult(Job.Id, Outcome));
}
