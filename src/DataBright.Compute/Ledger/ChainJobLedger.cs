using System.Collections.Concurrent;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Compute.Ledger;

/// <summary>The Jobs and Workers contracts, as a scheduler (or, without a signer, a referee) sees them.</summary>
/// <remarks>A write that has taken effect already is recognised by the job's logs, so that a scheduler that was killed may send again.</remarks>
public sealed class ChainJobLedger(Market.Ledger ledger, Address scheduler, Signer? signer) : IJobLedger
{
    private readonly WorkerRoll _workers = new(ledger);
    private readonly HashSet<ulong> _closed = [];
    private readonly ConcurrentDictionary<JobId, ulong> _createdAt = [];

    public JobDomain Domain { get; } = new(ledger.Addresses.ChainId, ledger.Addresses.Jobs);

    private Address At => ledger.Addresses.Jobs;

    public async Task<IReadOnlyList<LedgerJob>> OpenJobsAsync(CancellationToken stop)
    {
        var open = new List<LedgerJob>();
        var count = await ledger.Jobs.CountAsync(stop);
        for (ulong number = 1; number <= count; number++)
        {
            if (_closed.Contains(number)) continue;
            var job = await FindAsync(new JobId(number), stop);
            if (job is null) continue;
            if (job.Terms.Scheduler == scheduler && job.Stage < LedgerStage.Settled) open.Add(job);
            else _closed.Add(number);
        }

        return open;
    }

    public async Task<LedgerJob?> FindAsync(JobId job, CancellationToken stop)
    {
        var trail = await ReadAsync(job, stop);
        return trail.Created is { } created ? new LedgerJob(Terms(created), trail.Stage, trail.Anchored?.CommitsRoot ?? Hash32.Zero, trail.Convicted) : null;
    }

    public Task<string?> DataMismatchAsync(JobTerms terms, JobPlan plan, CancellationToken stop) => DatasetCheck.MismatchAsync(ledger, plan, terms.Proposal, stop);

    public Task<IReadOnlyList<RegisteredWorker>> WorkersAsync(CancellationToken stop) => _workers.ActiveAsync(stop);

    public async Task AcceptAsync(JobId job, Hash32 seedHash, CancellationToken stop)
    {
        var trail = await TrailAsync(job, stop);
        if (trail.AcceptedAt is null) await SendAsync(Contract.Accept(At, job, seedHash), stop);
    }

    public async Task<Hash32?> BeaconAsync(JobId job, Hash32 seed, CancellationToken stop)
    {
        if ((await TrailAsync(job, stop)).AcceptedAt is not { } block) return null;
        return await ledger.Client.BlockHashAsync(block, stop) is { } hash ? JobHashes.Beacon(seed, hash) : null;
    }

    public async Task AssignAsync(JobId job, Hash32 seed, Hash32 assignmentRoot, CancellationToken stop)
    {
        var trail = await TrailAsync(job, stop);
        if (trail.Assigned is null) await SendAsync(Contract.Assign(At, job, trail.Created!.Transcript, seed, trail.AcceptedAt!.Value, assignmentRoot), stop);
    }

    public async Task AnchorAsync(JobId job, Hash32 commitsRoot, CancellationToken stop)
    {
        if ((await TrailAsync(job, stop)).Anchored?.CommitsRoot != commitsRoot) await SendAsync(Contract.AnchorCall(At, job, commitsRoot), stop);
    }

    public async Task ConvictAsync(JobId job, Verdict verdict, CancellationToken stop)
    {
        if ((await TrailAsync(job, stop)).Convicted.Contains(verdict.Worker)) return;
        await SendAsync(Contract.Convict(At, new Contract.Verdict(job, verdict.Worker, verdict.Reporter, verdict.Evidence), verdict.Signature.ToBytes()), stop);
    }

    public async Task SettleAsync(JobId job, Settlement settlement, CancellationToken stop)
    {
        var trail = await TrailAsync(job, stop);
        if (trail.Stage == LedgerStage.Settled) return;
        var anchored = trail.Anchored ?? throw new LedgerUnavailableException($"The chain has no anchor of job {job}; it may have forgotten blocks.");
        var outcome = new Contract.Outcome(anchored.Transcript, settlement.ResultHash, settlement.Metric, settlement.PayRoot);
        var receipts = settlement.Receipts.Select(receipt => new Contract.Receipt(receipt.Worker, receipt.Salt, receipt.Signature.ToBytes(), receipt.Proof));
        await SendAsync(Contract.Settle(At, job, new Contract.Anchor(trail.BeforeAnchor, settlement.CommitsRoot, trail.AnchoredAt!.Value), outcome, [.. receipts], settlement.PayTotal.Units), stop);
    }

    private static JobTerms Terms(Contract.Events.JobCreated created)
    {
        var order = created.Order;
        return new JobTerms(
            new JobId((ulong)created.JobId), created.Buyer, order.Scheduler, order.Referee, (JobKind)order.Kind,
            new DatasetId(order.DatasetId), order.PlanDigest.ToDigest(), order.Redundancy, new Money(order.Pay),
            DateTimeOffset.FromUnixTimeSeconds((long)order.Deadline),
            order.ProposalId == Uint256.Zero ? null : new ProposalId((ulong)order.ProposalId));
    }

    private async Task<JobTrail> TrailAsync(JobId job, CancellationToken stop)
    {
        var trail = await ReadAsync(job, stop);
        return trail.Created is not null ? trail : throw new LedgerUnavailableException($"The chain has no job {job}; it may have forgotten blocks.");
    }

    /// <summary>Reads from the block of the job's creation on, once that is known.</summary>
    private async Task<JobTrail> ReadAsync(JobId job, CancellationToken stop)
    {
        var trail = await JobTrail.ReadAsync(ledger, job, _createdAt.GetValueOrDefault(job, ledger.Addresses.FirstBlock), stop);
        if (trail.CreatedAt is { } block) _createdAt[job] = block;
        else _createdAt.TryRemove(job, out _);
        return trail;
    }

    private async Task SendAsync(ContractCall call, CancellationToken stop) =>
        await (signer ?? throw new InvalidOperationException("This ledger was opened for reading only.")).SendAsync(call, stop);
}
