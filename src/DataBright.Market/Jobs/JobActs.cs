using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Market.Jobs;

/// <summary>What is done about jobs, each act as a value.</summary>
public sealed class JobActs
{
    private readonly MarketAddresses _market;

    internal JobActs(MarketAddresses market) => _market = market;

    private Address At => _market.Jobs;

    /// <summary>Buys a job, whose whole price goes into escrow.</summary>
    public LedgerAct<CreatedJob> Create(JobOrder order, Money price) => new(Contract.Create(At, order.ToContract()), receipt =>
    {
        var created = receipt.Event(At, Contract.Events.JobCreated.Matches, Contract.Events.JobCreated.Decode);
        return new CreatedJob(new JobId(Figures.Long(created.JobId)), created.Buyer, order, (Money)created.DatasetFee, created.Transcript);
    })
    { Takes = MoneyApproval.Of(_market.Money, At, price) };

    /// <summary>Takes a job, by its scheduler, and seals the seed of its randomness.</summary>
    public LedgerAct<(ulong Block, Hash32 BlockHash, Hash32 Transcript)> Accept(JobId job, Hash32 seedHash) =>
        new(Contract.Accept(At, job, seedHash), AcceptanceIn);

    /// <summary>Takes a job once more, with the same seed, whose block hash was missed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="previous">The transcript before the last acceptance.</param>
    /// <param name="seedHash">Of the seed that was sealed.</param>
    /// <param name="acceptedAt">The block of the last acceptance.</param>
    public LedgerAct<(ulong Block, Hash32 BlockHash, Hash32 Transcript)> AcceptAgain(
        JobId job, Hash32 previous, Hash32 seedHash, ulong acceptedAt) =>
        new(Contract.AcceptAgain(At, job, previous, seedHash, acceptedAt), AcceptanceIn);

    /// <summary>Opens the seed, and anchors who was drawn.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ordered">The transcript before the last acceptance.</param>
    /// <param name="seed">The seed that was sealed.</param>
    /// <param name="acceptedAt">The block of the last acceptance; the chain knows its hash for 256 blocks at least.</param>
    /// <param name="assignmentRoot">Root over who was drawn for what.</param>
    public LedgerAct<Assignment> Assign(JobId job, Hash32 ordered, Hash32 seed, ulong acceptedAt, Hash32 assignmentRoot) => new(
        Contract.Assign(At, job, ordered, seed, acceptedAt, assignmentRoot), receipt =>
        {
            var assigned = receipt.Event(At, Contract.Events.JobAssigned.Matches, Contract.Events.JobAssigned.Decode);
            return new Assignment(job, assigned.Beacon, assigned.Transcript);
        });

    /// <summary>Anchors the root of the workers' commitments, before any reveal is taken.</summary>
    public LedgerAct<(ulong Block, Hash32 Transcript)> Anchor(JobId job, Hash32 commitsRoot) => new(
        Contract.AnchorCall(At, job, commitsRoot), receipt => (receipt.BlockNumber,
            receipt.Event(At, Contract.Events.CommitsAnchored.Matches, Contract.Events.CommitsAnchored.Decode).Transcript));

    /// <summary>Takes a liar's stake on the referee's verdict.</summary>
    public LedgerAct<Conviction> Convict(Verdict verdict, Signature referee) => new(
        Contract.Convict(At, new Contract.Verdict(verdict.Job, verdict.Worker, verdict.Reporter, verdict.Evidence.ToHash32()),
            referee.ToBytes()),
        receipt =>
        {
            var convicted = receipt.Event(At, Contract.Events.WorkerConvicted.Matches, Contract.Events.WorkerConvicted.Decode);
            return new Conviction(verdict.Job, verdict.Worker, verdict.Reporter, verdict.Evidence, (Money)convicted.Slashed);
        });

    /// <summary>Ends a job: compares the receipts, pays the dataset, credits the buyer what was not spent, opens the claims.</summary>
    /// <param name="job">The job.</param>
    /// <param name="beforeAnchor">The transcript before the last anchor.</param>
    /// <param name="commitsRoot">The root of the last anchor.</param>
    /// <param name="anchoredAt">The block of the last anchor.</param>
    /// <param name="outcome">The result; its <see cref="JobOutcome.Previous"/> is the transcript after the last anchor.</param>
    /// <param name="receipts">One for each worker that the redundancy asks for; put in the contract's order here.</param>
    /// <param name="payTotal">The sum of the pay sheet.</param>
    public LedgerAct Settle(JobId job, Hash32 beforeAnchor, Hash32 commitsRoot, ulong anchoredAt, JobOutcome outcome,
        IEnumerable<WorkReceipt> receipts, Money payTotal) => new(Contract.Settle(
            At, job, new Contract.Anchor(beforeAnchor, commitsRoot, anchoredAt), outcome.ToContract(),
            [.. receipts.OrderBy(receipt => receipt.Worker).Select(receipt =>
                new Contract.Receipt(receipt.Worker, receipt.Salt, receipt.Signature.ToBytes(), receipt.Proof))],
            payTotal.Units));

    /// <summary>Credits a worker's or the scheduler's pay.</summary>
    public LedgerAct ClaimPay(JobId job, JobOutcome outcome, Address payee, Money pay, IReadOnlyList<Hash32> proof) =>
        new(Contract.ClaimPay(At, job, outcome.ToContract(), payee, pay.Units, proof));

    /// <summary>Credits the price of a job that was not settled in time back to its buyer.</summary>
    public LedgerAct<Money> Refund(JobId job) => new(Contract.Refund(At, job), receipt =>
        (Money)receipt.Event(At, Contract.Events.JobRefunded.Matches, Contract.Events.JobRefunded.Decode).Amount);

    /// <summary>Pays an account everything that jobs owe it.</summary>
    public LedgerAct<Money> Withdraw(Address account) => new(Contract.WithdrawFor(At, account), receipt =>
        (Money)receipt.Event(At, Contract.Events.Withdrawn.Matches, Contract.Events.Withdrawn.Decode).Amount);

    private (ulong Block, Hash32 BlockHash, Hash32 Transcript) AcceptanceIn(Receipt receipt) => (receipt.BlockNumber, receipt.BlockHash,
        receipt.Event(At, Contract.Events.JobAccepted.Matches, Contract.Events.JobAccepted.Decode).Transcript);
}
