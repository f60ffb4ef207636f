using System.Collections.Concurrent;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Storage;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Compute.Ledger;

/// <summary>The Jobs and Workers contracts, as a scheduler (or, without a signer, a referee) sees them.</summary>
/// <remarks>A write that has taken effect already is recognised by the job's logs, so that a scheduler that was killed may send
/// again.</remarks>
/// <param name="ledger">The market's ledger.</param>
/// <param name="blobs">Where the terms of measurements are.</param>
/// <param name="scheduler">Whose jobs.</param>
/// <param name="signer">Who sends; null for who only reads.</param>
/// <param name="clock">The system's where none is given.</param>
public sealed class ChainJobLedger(Market.Ledger ledger, IBlobStore blobs, Address scheduler, Signer? signer, TimeProvider? clock = null)
    : IJobLedger
{
    /// <summary>For so many blocks every chain knows a hash.</summary>
    private const ulong BeaconReach = 256;

    private readonly WorkerRoll _workers = new(ledger);
    private readonly JobTrails _trails = new(ledger, scheduler, clock ?? TimeProvider.System);
    private readonly ConcurrentDictionary<JobId, ulong> _createdAt = [];

    public JobDomain Domain { get; } = new(ledger.Addresses.ChainId, ledger.Addresses.Jobs);

    private JobActs Acts => ledger.Jobs.Acts;

    public async Task<IReadOnlyList<LedgerJob>> OpenJobsAsync(CancellationToken stop)
    {
        // An order that cannot be read never can be; it holds up no other one.
        return [.. (await _trails.AllAsync(stop)).Where(trail => trail.Stage < LedgerStage.Settled).Select(JobIn).OfType<LedgerJob>()];
    }

    public async Task<LedgerJob?> FindAsync(JobId job, CancellationToken stop) => JobIn(await ReadAsync(job, stop));

    /// <summary>Null where there is no such job, or where its order says what cannot be ordered.</summary>
    private static LedgerJob? JobIn(JobTrail trail) =>
        trail.Created is { } created && Terms(created) is { } terms ? new LedgerJob(terms, trail.Stage,
            trail.Anchored?.CommitsRoot ?? Hash32.Zero, trail.Convicted, trail.Assigned?.AssignmentRoot ?? Hash32.Zero) : null;

    public Task<string?> DataMismatchAsync(JobTerms terms, JobPlan plan, CancellationToken stop) =>
        DatasetCheck.MismatchAsync(ledger, blobs, plan, terms.Proposal, stop);

    public Task<IReadOnlyList<RegisteredWorker>> WorkersAsync(CancellationToken stop) => _workers.ActiveAsync(stop);

    public async Task AcceptAsync(JobId job, Hash32 seedHash, CancellationToken stop)
    {
        var trail = await TrailAsync(job, stop);
        if (trail.AcceptedAt is null) await SendAsync(Acts.Accept(job, seedHash), stop);
    }

    public async Task<Hash32?> BeaconAsync(JobId job, Hash32 seed, CancellationToken stop)
    {
        if ((await TrailAsync(job, stop)).AcceptedAt is not { } block) return null;
        return await ledger.Client.BlockHashAsync(block, stop) is { } hash ? JobHashes.Beacon(seed, hash) : null;
    }

    public async Task<Hash32?> MeasurementBeaconAsync(JobTerms terms, CancellationToken stop) =>
        terms.Proposal is { } proposal ? await ledger.Jobs.MeasurementBeaconAsync(proposal, stop) : null;

    public async Task RenewBeaconAsync(JobId job, Hash32 seedHash, CancellationToken stop)
    {
        var trail = await TrailAsync(job, stop);
        if (trail.Stage != LedgerStage.Accepted
            || await ledger.Client.BlockNumberAsync(stop) < trail.AcceptedAt!.Value + BeaconReach) return;
        try
        {
            await SendAsync(Acts.AcceptAgain(job, trail.BeforeAcceptance, seedHash, trail.AcceptedAt.Value), stop);
        }
        catch (RuleBrokenException known) when (known.Rule == Rule.BeaconNotMissed)
        {
            // This chain remembers more hashes than every chain must.
        }
    }

    public async Task AssignAsync(JobId job, Hash32 seed, Hash32 assignmentRoot, CancellationToken stop)
    {
        var trail = await TrailAsync(job, stop);
        if (trail.Assigned is null)
            await SendAsync(Acts.Assign(job, trail.BeforeAcceptance, seed, trail.AcceptedAt!.Value, assignmentRoot), stop);
    }

    public async Task AnchorAsync(JobId job, Hash32 commitsRoot, CancellationToken stop)
    {
        if ((await TrailAsync(job, stop)).Anchored?.CommitsRoot != commitsRoot)
            await SendAsync(Acts.Anchor(job, commitsRoot), stop);
    }

    public async Task ConvictAsync(JobId job, SignedVerdict verdict, CancellationToken stop)
    {
        if ((await TrailAsync(job, stop)).Convicted.Contains(verdict.Worker)) return;
        var statement = new Verdict(job, verdict.Worker, verdict.Reporter, verdict.Evidence.ToDigest());
        await SendAsync(Acts.Convict(statement, verdict.Signature), stop);
    }

    public async Task SettleAsync(JobId job, JobSettlement settlement, CancellationToken stop)
    {
        var trail = await TrailAsync(job, stop);
        if (trail.Stage == LedgerStage.Settled) return;
        var anchored = trail.Anchored
            ?? throw new LedgerUnavailableException($"The chain has no anchor of job {job}; it may have forgotten blocks.");
        var outcome = new JobOutcome(anchored.Transcript, settlement.ResultHash.ToDigest(), settlement.Metric, settlement.PayRoot);
        var receipts = settlement.Receipts
            .Select(receipt => new WorkReceipt(receipt.Worker, receipt.Salt, receipt.Signature, receipt.Proof));
        await SendAsync(Acts.Settle(job, trail.BeforeAnchor, settlement.CommitsRoot, trail.AnchoredAt!.Value, outcome, receipts,
            settlement.PayTotal), stop);
    }

    private static JobTerms? Terms(Contract.Events.JobCreated created)
    {
        var order = created.Order;
        if (!Enum.IsDefined((JobKind)order.Kind) || created.JobId > ulong.MaxValue || order.ProposalId > ulong.MaxValue) return null;
        return new JobTerms(
            new JobId((ulong)created.JobId), created.Buyer, order.Scheduler, order.Referee, (JobKind)order.Kind,
            new DatasetId(order.DatasetId), order.PlanDigest.ToDigest(), order.Redundancy, new Money(order.Pay),
            ChainTime.From(order.Deadline),
            order.ProposalId == Uint256.Zero ? null : new ProposalId((ulong)order.ProposalId))
        {
            Order = created.Transcript,
        };
    }

    private async Task<JobTrail> TrailAsync(JobId job, CancellationToken stop)
    {
        var trail = await ReadAsync(job, stop);
        return trail.Created is not null
            ? trail : throw new LedgerUnavailableException($"The chain has no job {job}; it may have forgotten blocks.");
    }

    /// <summary>What is not read along is read by itself, from the block of the job's creation on, once that is known.</summary>
    private async Task<JobTrail> ReadAsync(JobId job, CancellationToken stop)
    {
        if (signer is not null && await _trails.FindAsync(job, stop) is { } read) return read;
        var trail = await JobTrail.ReadAsync(ledger, job, _createdAt.GetValueOrDefault(job, ledger.Addresses.FirstBlock), stop);
        if (trail.CreatedAt is { } block) _createdAt[job] = block;
        else _createdAt.TryRemove(job, out _);
        return trail;
    }

    private async Task SendAsync(LedgerAct act, CancellationToken stop) =>
        await (signer ?? throw new InvalidOperationException("This ledger was opened for reading only.")).SendAsync(act, stop);
}
