using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Worlds;

/// <summary>
/// A ledger in memory that checks what the Jobs contract checks, so that the scheduler is held to the same rules without a chain.
/// </summary>
public sealed class MemoryJobLedger(Address scheduler)
{
    private const ulong BeaconReach = 256;

    private readonly Dictionary<JobId, Entry> _jobs = [];
    private readonly Dictionary<Address, (RegisteredWorker Worker, Money Stake)> _workers = [];
    private readonly Dictionary<Address, UInt128> _owed = [];
    private readonly Dictionary<ProposalId, Hash32> _measurements = [];
    private ulong _block = 100;
    private ulong _orders;

    public JobDomain Domain { get; } = new(31337, new Address(Keccak.Hash("jobs"u8).AsSpan()[12..]));

    /// <summary>Whether the ledger refuses to be written to for the moment.</summary>
    public bool Interrupted { get; set; }

    public Money Taken { get; private set; }

    /// <summary>Every write that took effect, in order: what a chain would have in its history.</summary>
    public List<string> History { get; } = [];

    public void Register(EthereumKey worker, Money minimumFee = default, Address? @operator = null) =>
        _workers[worker.Address] = (new RegisteredWorker(worker.Address, @operator ?? worker.Address, minimumFee, worker.PublicKey),
            Money.Dollars(100));

    public JobId Order(JobPlan plan, Address buyer, Address referee, Money pay, DateTimeOffset deadline) =>
        Order(new JobTerms(default, buyer, scheduler, referee, plan.Kind, plan.Dataset, plan.Digest, plan.Redundancy, pay, deadline,
            plan.Kind == JobKind.Evaluation ? new ProposalId(1) : null));

    public JobId Order(JobTerms terms)
    {
        var id = new JobId((ulong)_jobs.Count + 1);
        _jobs[id] = new Entry(terms with { Id = id, Order = Keccak.Hash(BitConverter.GetBytes(++_orders)) });
        Taken += terms.Pay;
        return id;
    }

    /// <summary>Called before each write that takes effect.</summary>
    public Action Writing { get; set; } = () => { };

    /// <summary>What the ledger has now, to be taken back to.</summary>
    public Action Mark()
    {
        var (jobs, workers, owed, history) = (_jobs.ToDictionary(pair => pair.Key,
            pair => pair.Value with { Convicted = [.. pair.Value.Convicted] }), _workers.ToDictionary(), _owed.ToDictionary(),
            History.ToList());
        return () =>
        {
            Replace(_jobs, jobs);
            Replace(_workers, workers);
            Replace(_owed, owed);
            History.Clear();
            History.AddRange(history);
        };
    }

    private static void Replace<TKey, TValue>(Dictionary<TKey, TValue> old, Dictionary<TKey, TValue> by) where TKey : notnull
    {
        old.Clear();
        foreach (var (key, value) in by) old[key] = value;
    }

    public Money OwedTo(Address account) => new(_owed.GetValueOrDefault(account));

    public Money StakeOf(Address worker) => _workers[worker].Stake;

    public JobSettlement? SettlementOf(JobId job) => _jobs[job].Settlement;

    public LedgerJob? Find(JobId job) => _jobs.TryGetValue(job, out var entry)
        ? new LedgerJob(entry.Terms, entry.Stage, entry.Commits, [.. entry.Convicted], entry.AssignmentRoot) : null;

    public IReadOnlyList<LedgerJob> All => [.. _jobs.Keys.Select(id => Find(id)!)];

    public IReadOnlyList<RegisteredWorker> Workers => [.. _workers.Values.Select(entry => entry.Worker)];

    public void Accept(JobId id, Hash32 seedHash)
    {
        Writing();
        var job = Demand(id, LedgerStage.Created);
        _jobs[id] = job with { Stage = LedgerStage.Accepted, SeedHash = seedHash, Block = ++_block };
        History.Add($"accept {id}");
    }

    /// <summary>Lets so many blocks pass that a hash nobody drew with is forgotten.</summary>
    public void Forget() => _block += BeaconReach + 1;

    public void Renew(JobId id, Hash32 seedHash)
    {
        Writing();
        var job = Demand(id, LedgerStage.Accepted);
        Demand(job.SeedHash == seedHash, "This is not the seed that was sealed.");
        if (_block <= job.Block + BeaconReach) return;
        _jobs[id] = job with { Block = ++_block };
        History.Add($"renew {id}");
    }

    public Hash32? Beacon(JobId id, Hash32 seed)
    {
        var job = _jobs[id];
        return job.Stage == LedgerStage.Created ? null : JobHashes.Beacon(seed, Keccak.Hash(BitConverter.GetBytes(job.Block)));
    }

    public Hash32? MeasurementBeacon(JobTerms terms) =>
        terms.Proposal is { } proposal && _measurements.TryGetValue(proposal, out var beacon) ? beacon : null;

    public void Assign(JobId id, Hash32 seed, Hash32 root)
    {
        Writing();
        var job = Demand(id, LedgerStage.Accepted);
        if (JobHashes.Seed(seed) != job.SeedHash) throw new LedgerUnavailableException("This is not the seed that was sealed.");
        Demand(_block <= job.Block + BeaconReach, "The hash to draw with is forgotten.");
        if (job.Terms.Kind == JobKind.Evaluation) _measurements.TryAdd(job.Terms.Proposal!.Value, Beacon(id, seed)!.Value);
        _jobs[id] = job with { Stage = LedgerStage.Assigned, AssignmentRoot = root, Block = ++_block };
        History.Add($"assign {id} {root}");
    }

    public void Anchor(JobId id, Hash32 root)
    {
        Writing();
        var job = Demand(id, LedgerStage.Assigned);
        _jobs[id] = job with { Commits = root, Block = ++_block };
        History.Add($"anchor {id} {root}");
    }

    public void Convict(JobId id, SignedVerdict verdict)
    {
        Writing();
        var job = _jobs[id];
        Demand(verdict.Signature.IsBy(job.Terms.Referee, JobHashes.Verdict(Domain, id, verdict.Worker, verdict.Reporter, verdict.Evidence)),
            "The verdict is not the referee's.");
        Demand(job.Convicted.Add(verdict.Worker), $"{verdict.Worker} is convicted already.");
        var (worker, stake) = _workers[verdict.Worker];
        var slash = new Money(stake.Units / 2);
        _workers[verdict.Worker] = (worker, stake - slash);
        Credit(job.Terms.Buyer, new Money(slash.Units / 2));
        Credit(verdict.Reporter, new Money(slash.Units - slash.Units / 2));
        History.Add($"convict {id} {verdict.Worker} {verdict.Evidence}");
    }

    public void Settle(JobId id, JobSettlement settlement)
    {
        Writing();
        var job = Demand(id, LedgerStage.Assigned);
        Demand(settlement.CommitsRoot == job.Commits, "The root is not the one that was anchored.");
        Demand(settlement.Receipts.Count == job.Terms.Redundancy, "There are too many receipts, or too few.");
        var workers = settlement.Receipts.Select(receipt => receipt.Worker).ToList();
        Demand(workers.SequenceEqual(workers.Distinct().Order()), "The receipts are not in order.");
        foreach (var receipt in settlement.Receipts)
        {
            Demand(!job.Convicted.Contains(receipt.Worker) && _workers.ContainsKey(receipt.Worker),
                $"{receipt.Worker} may not answer for a result.");
            var commitment = JobHashes.Commitment(id, receipt.Worker, settlement.ResultHash, settlement.Metric, receipt.Salt);
            Demand(MerkleTree.Verify(job.Commits, Keccak.Hash(commitment.AsSpan()), receipt.Proof), "The receipt is not anchored.");
            Demand(receipt.Signature.IsBy(receipt.Worker,
                JobHashes.Receipt(Domain, id, settlement.ResultHash, settlement.Metric, receipt.Salt)), "The receipt is not the worker's.");
        }

        Demand(settlement.PayTotal <= job.Terms.Pay, "That is more than was escrowed.");
        foreach (var share in settlement.Pay)
        {
            var proof = Scheduler.State.SchedulerJob.PayProof(id, settlement, share.Worker);
            Demand(MerkleTree.Verify(settlement.PayRoot, Keccak.Hash(JobHashes.Pay(id, share.Worker, share.Amount).AsSpan()), proof),
                "The pay cannot be claimed.");
            Credit(share.Worker, share.Amount);
        }

        Credit(job.Terms.Buyer, job.Terms.Pay - settlement.PayTotal);
        _jobs[id] = job with { Stage = LedgerStage.Settled, Settlement = settlement };
        History.Add($"settle {id} {settlement.ResultHash}");
    }

    private static void Demand(bool holds, string refusal)
    {
        if (!holds) throw new LedgerUnavailableException(refusal);
    }

    private Entry Demand(JobId id, LedgerStage stage) =>
        _jobs[id] is var job && job.Stage == stage
            ? job : throw new LedgerUnavailableException($"Job {id} is {_jobs[id].Stage}, not {stage}.");

    private void Credit(Address account, Money amount) => _owed[account] = _owed.GetValueOrDefault(account) + amount.Units;

    private sealed record Entry(JobTerms Terms)
    {
        public LedgerStage Stage { get; init; }
        public Hash32 SeedHash { get; init; }
        public Hash32 Commits { get; init; }
        public Hash32 AssignmentRoot { get; init; }
        public ulong Block { get; init; }
        public HashSet<Address> Convicted { get; init; } = [];
        public JobSettlement? Settlement { get; init; }
    }
}

/// <summary>One party's hands on the ledger in memory.</summary>
public sealed class MemoryJobLedgerView(MemoryJobLedger ledger) : IJobLedger
{
    public JobDomain Domain => ledger.Domain;

    public Task<IReadOnlyList<LedgerJob>> OpenJobsAsync(CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<LedgerJob>>([.. ledger.All.Where(job => job.Stage < LedgerStage.Settled)]);

    public Task<LedgerJob?> FindAsync(JobId job, CancellationToken stop) => Task.FromResult(ledger.Find(job));

    public Task<string?> DataMismatchAsync(JobTerms terms, JobPlan plan, CancellationToken stop) => Task.FromResult<string?>(null);

    public Task<IReadOnlyList<RegisteredWorker>> WorkersAsync(CancellationToken stop) => Task.FromResult(ledger.Workers);

    public Task AcceptAsync(JobId job, Hash32 seedHash, CancellationToken stop) =>
        Do(job, stage => stage == LedgerStage.Created, () => ledger.Accept(job, seedHash));

    public Task<Hash32?> BeaconAsync(JobId job, Hash32 seed, CancellationToken stop) => Task.FromResult(ledger.Beacon(job, seed));

    public Task<Hash32?> MeasurementBeaconAsync(JobTerms terms, CancellationToken stop) => Task.FromResult(ledger.MeasurementBeacon(terms));

    public Task RenewBeaconAsync(JobId job, Hash32 seedHash, CancellationToken stop) =>
        Do(job, stage => stage == LedgerStage.Accepted, () => ledger.Renew(job, seedHash));

    public Task AssignAsync(JobId job, Hash32 seed, Hash32 assignmentRoot, CancellationToken stop) =>
        Do(job, stage => stage <= LedgerStage.Accepted, () => ledger.Assign(job, seed, assignmentRoot));

    public Task AnchorAsync(JobId job, Hash32 commitsRoot, CancellationToken stop) =>
        Do(job, _ => ledger.Find(job)!.CommitsRoot != commitsRoot, () => ledger.Anchor(job, commitsRoot));

    public Task ConvictAsync(JobId job, SignedVerdict verdict, CancellationToken stop) =>
        Do(job, _ => !ledger.Find(job)!.Convicted.Contains(verdict.Worker), () => ledger.Convict(job, verdict));

    public Task SettleAsync(JobId job, JobSettlement settlement, CancellationToken stop) =>
        Do(job, stage => stage < LedgerStage.Settled, () => ledger.Settle(job, settlement));

    private Task Do(JobId job, Func<LedgerStage, bool> isDue, Action write)
    {
        if (ledger.Interrupted) throw new LedgerUnavailableException("The ledger does not answer.");
        if (isDue(ledger.Find(job)!.Stage)) write();
        return Task.CompletedTask;
    }
}
