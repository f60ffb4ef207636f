using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Market.Jobs;

/// <summary>Jobs on the ledger.</summary>
public sealed class JobLedger
{
    private readonly Ledger _ledger;

    internal JobLedger(Ledger ledger)
    {
        _ledger = ledger;
        Statements = new JobStatements(ledger.Addresses);
        Acts = new JobActs(ledger.Addresses);
    }

    /// <summary>What is done about jobs, as values for whoever does it.</summary>
    public JobActs Acts { get; }

    /// <summary>Signing of receipts and verdicts for this market.</summary>
    public JobStatements Statements { get; }

    private Address At => _ledger.Addresses.Jobs;

    /// <summary>What an order puts in escrow now.</summary>
    public async Task<(Money Total, Money DatasetFee)> PriceOfAsync(JobOrder order, CancellationToken stop)
    {
        var (total, fee) = await _ledger.ReadAsync(Contract.PriceOf(At, order.ToContract()), stop);
        return ((Money)total, (Money)fee);
    }

    /// <summary>Buys a job; its whole price goes into escrow.</summary>
    public async Task<CreatedJob> CreateAsync(JobOrder order, Signer buyer, CancellationToken stop) =>
        await buyer.SendAsync(Acts.Create(order, (await PriceOfAsync(order, stop)).Total), stop);

    /// <summary>The scheduler takes a job and seals the seed of its randomness.</summary>
    /// <returns>The block of the acceptance and its hash, which is mixed with the seed; and the transcript.</returns>
    public Task<(ulong Block, Hash32 BlockHash, Hash32 Transcript)> AcceptAsync(JobId job, Hash32 seed, Signer scheduler,
        CancellationToken stop) =>
        scheduler.SendAsync(Acts.Accept(job, JobTranscript.SeedHash(seed)), stop);

    /// <summary>
    /// The scheduler was away until the chain had forgotten the hash it was to draw with: the same seed is mixed with a later one.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="previous">The transcript before the last acceptance.</param>
    /// <param name="seed">The seed that was sealed.</param>
    /// <param name="acceptedAt">The block of the last acceptance.</param>
    /// <param name="scheduler">The job's scheduler.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The block that counts now and its hash; and the transcript.</returns>
    public Task<(ulong Block, Hash32 BlockHash, Hash32 Transcript)> AcceptAgainAsync(
        JobId job, Hash32 previous, Hash32 seed, ulong acceptedAt, Signer scheduler, CancellationToken stop) =>
        scheduler.SendAsync(Acts.AcceptAgain(job, previous, JobTranscript.SeedHash(seed), acceptedAt), stop);

    /// <summary>The scheduler opens its seed and anchors who was drawn. Not in the block of the acceptance.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ordered">The transcript before the last acceptance.</param>
    /// <param name="seed">The seed that was sealed.</param>
    /// <param name="acceptedAt">The block of the last acceptance; the chain knows its hash for 256 blocks at least.</param>
    /// <param name="assignmentRoot">Root over who was drawn for what.</param>
    /// <param name="scheduler">The job's scheduler.</param>
    /// <param name="stop">Cancels.</param>
    public Task<Assignment> AssignAsync(
        JobId job, Hash32 ordered, Hash32 seed, ulong acceptedAt, Hash32 assignmentRoot, Signer scheduler, CancellationToken stop) =>
        scheduler.SendAsync(Acts.Assign(job, ordered, seed, acceptedAt, assignmentRoot), stop);

    /// <summary>Anchors the root of the workers' commitments, before any reveal is taken.</summary>
    /// <returns>The block of the anchor, which settling asks for, and the transcript after it.</returns>
    public Task<(ulong Block, Hash32 Transcript)> AnchorAsync(JobId job, Hash32 commitsRoot, Signer scheduler, CancellationToken stop) =>
        scheduler.SendAsync(Acts.Anchor(job, commitsRoot), stop);

    /// <summary>Takes a liar's stake on the referee's verdict; anyone may send it.</summary>
    public Task<Conviction> ConvictAsync(Verdict verdict, Signature referee, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Convict(verdict, referee), stop);

    /// <summary>Ends a job: compares the receipts, pays the dataset, credits the buyer what was not spent, opens the claims.</summary>
    /// <param name="job">The job.</param>
    /// <param name="beforeAnchor">The transcript before the last anchor.</param>
    /// <param name="commitsRoot">The root of the last anchor.</param>
    /// <param name="anchoredAt">The block of the last anchor.</param>
    /// <param name="outcome">The result; its <see cref="JobOutcome.Previous"/> is the transcript after the last anchor.</param>
    /// <param name="receipts">One for each worker that the redundancy asks for; put in the contract's order here.</param>
    /// <param name="payTotal">The sum of the pay sheet.</param>
    /// <param name="scheduler">The job's scheduler.</param>
    /// <param name="stop">Cancels.</param>
    public Task SettleAsync(
        JobId job, Hash32 beforeAnchor, Hash32 commitsRoot, ulong anchoredAt, JobOutcome outcome, IReadOnlyList<WorkReceipt> receipts,
        Money payTotal, Signer scheduler, CancellationToken stop) =>
        scheduler.SendAsync(Acts.Settle(job, beforeAnchor, commitsRoot, anchoredAt, outcome, receipts, payTotal), stop);

    /// <summary>Credits a worker's or the scheduler's pay; anyone may send it for the payee.</summary>
    public Task ClaimPayAsync(
        JobId job, JobOutcome outcome, Address payee, Money pay, IReadOnlyList<Hash32> proof, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.ClaimPay(job, outcome, payee, pay, proof), stop);

    /// <summary>Credits the price of a job that was not settled in time back to its buyer; anyone may send it.</summary>
    public Task<Money> RefundAsync(JobId job, Signer sender, CancellationToken stop) => sender.SendAsync(Acts.Refund(job), stop);

    /// <summary>What jobs owe an account: pay, fees, refunds, rewards.</summary>
    public async Task<Money> OwedAsync(Address account, CancellationToken stop) =>
        (Money)await _ledger.ReadAsync(Contract.Owed(At, account), stop);

    /// <summary>Pays an account everything it is owed; anyone may send it.</summary>
    public Task<Money> WithdrawAsync(Address account, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Withdraw(account), stop);

    public async Task<Job?> FindAsync(JobId id, CancellationToken stop)
    {
        var found = await _ledger.FindAsync(Contract.GetJob(At, id), Rule.JobUnknown, stop);
        return found is null ? null : new Job(
            id, (JobState)found.State, (JobKind)found.Kind, found.Redundancy, found.Convicted, found.Buyer,
            new DatasetId(Figures.Long(found.DatasetId)),
            found.Scheduler, found.RefereeId, (Money)found.Pay, ChainTime.From(found.Deadline), found.Transcript);
    }

    public Task<bool> IsConvictedAsync(JobId job, Address worker, CancellationToken stop) =>
        _ledger.ReadAsync(Contract.IsConvicted(At, job, worker), stop);

    public Task<bool> IsPaidAsync(JobId job, Address worker, CancellationToken stop) =>
        _ledger.ReadAsync(Contract.IsPaid(At, job, worker), stop);

    /// <summary>
    /// What the seeds of every measurement of a proposal follow from: the beacon of the first that was drawn; null before.
    /// </summary>
    public async Task<Hash32?> MeasurementBeaconAsync(ProposalId proposal, CancellationToken stop) =>
        await _ledger.ReadAsync(Contract.MeasurementBeacon(At, proposal), stop) is var beacon && beacon != Hash32.Zero ? beacon : null;

    /// <summary>How many jobs there are; their numbers run from one to this.</summary>
    public async Task<ulong> CountAsync(CancellationToken stop) => Figures.Long(await _ledger.ReadAsync(Contract.JobCount(At), stop));
}
