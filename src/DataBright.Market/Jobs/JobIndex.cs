using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;

namespace DataBright.Market.Jobs;

/// <summary>A job with everything the ledger says of it.</summary>
/// <param name="Scheduler">The scheduler's key.</param>
/// <param name="Referee">The referee's key.</param>
/// <param name="BeforeAnchor">The transcript before the last anchor, which settling asks for.</param>
/// <param name="Outcome">How it ended; null while it has not been settled.</param>
/// <param name="Paid">What workers and scheduler together are paid; null while it has not been settled.</param>
public sealed record IndexedJob(
    JobId Id, JobKind Kind, JobState State, DatasetId Dataset, ProposalId? Proposal, Address Buyer, Digest Plan, Address Scheduler,
    Address Referee,
    int Redundancy, Money Pay, Money DatasetFee, DateTimeOffset Deadline, Hash32? SeedHash, Hash32? Beacon,
    Hash32? AssignmentRoot, Hash32? CommitsRoot, Hash32? BeforeAnchor, JobOutcome? Outcome, Money? Paid, Hash32 Transcript, int Convictions,
    ulong Block, DateTimeOffset CreatedAt)
{
    public Money Price => Pay.Plus(DatasetFee);

    /// <summary>The accuracy of the model that was trained; null for a measurement, whose two sides have no accuracy in common.</summary>
    public long? AccuracyPpm => Kind == JobKind.Training ? Outcome?.MetricPpm : null;
}

/// <summary>One step of a job on the ledger.</summary>
public sealed record IndexedJobStep(JobState State, ulong Block, DateTimeOffset At);

/// <summary>A payment that was claimed from a job.</summary>
public sealed record IndexedPayment(Address Receiver, PaymentPurpose Purpose, Money Amount, DateTimeOffset At);

/// <summary>A conviction.</summary>
public sealed record IndexedConviction(
    JobId Job, Address Worker, Address Reporter, Digest Evidence, Money Slashed, ulong Block, DateTimeOffset At);

/// <summary>An order that is neither settled nor refunded.</summary>
public sealed record IndexedOrder(JobId Job, Money Price, DateTimeOffset Deadline);

/// <summary>Jobs in the index.</summary>
public sealed class JobIndex
{
    private const string Columns = """
        id, kind, state, dataset, proposal, buyer, plan, scheduler, referee, redundancy, pay, dataset_fee, deadline, seed_hash,
        beacon, assignment_root, commits_root, before_anchor, previous, result, metric, pay_root, paid, transcript, convictions, block, at
        """;

    private const string ConvictionColumns = "job, worker, reporter, evidence, slashed, block, at";

    private readonly IndexFile _file;

    internal JobIndex(IndexFile file) => _file = file;

    public IndexedJob? Find(JobId id) => _file.Read(index => index.First($"SELECT {Columns} FROM jobs WHERE id = $1", Read, id));

    /// <summary>Newest first; of one dataset where one is named.</summary>
    public Slice<IndexedJob> List(DatasetId? dataset, SliceRequest request)
    {
        long before = request.NumberOr(long.MaxValue);
        var read = _file.Read(index => dataset is { } of
            ? index.List($"SELECT {Columns} FROM jobs WHERE dataset = $1 AND id < $2 ORDER BY id DESC LIMIT $3", Read, of, before,
                request.Limit + 1)
            : index.List($"SELECT {Columns} FROM jobs WHERE id < $1 ORDER BY id DESC LIMIT $2", Read, before, request.Limit + 1));
        return request.Cut(read, job => job.Id.ToString());
    }

    /// <summary>The newest job that an account bought over a plan, to be done by then, and was not given back; null for none.</summary>
    public JobId? Bought(Address buyer, Digest plan, DateTimeOffset deadline) => _file.Read(index => index.First(
        $"SELECT {Columns} FROM jobs WHERE buyer = $1 AND plan = $2 AND deadline = $3 AND state <> $4 ORDER BY id DESC LIMIT 1", Read,
        buyer, plan, deadline, (int)JobState.Refunded))?.Id;

    /// <summary>The jobs that measure a proposal of a dataset, newest first; at most so many.</summary>
    public IReadOnlyList<IndexedJob> Measuring(DatasetId dataset, ProposalId proposal, int limit) => _file.Read(index => index.List(
        $"SELECT {Columns} FROM jobs WHERE dataset = $1 AND proposal = $2 AND kind = $3 ORDER BY id DESC LIMIT $4", Read,
        dataset, proposal, (int)JobKind.Evaluation, limit));

    /// <summary>Jobs that are neither settled nor refunded, oldest first; at most so many.</summary>
    public IReadOnlyList<IndexedJob> Unfinished(int limit) => _file.Read(index => index.List(
        $"SELECT {Columns} FROM jobs WHERE state < 5 ORDER BY id LIMIT $1", Read, limit));

    /// <summary>What all jobs were to do.</summary>
    public IReadOnlyList<Digest> Plans() => _file.Read(index => index.List("SELECT DISTINCT plan FROM jobs", row => row.Digest()));

    public IReadOnlyList<IndexedJobStep> Steps(JobId id) => _file.Read(index => index.List(
        "SELECT state, block, at FROM job_steps WHERE job = $1 ORDER BY block, log",
        row => new IndexedJobStep((JobState)row.Int(), row.Block(), row.Time()), id));

    /// <summary>The workers whose equal results settled the job.</summary>
    public IReadOnlyList<Address> Workers(JobId id) => _file.Read(index => index.List(
        "SELECT worker FROM job_workers WHERE job = $1 ORDER BY worker", row => row.Address(), id));

    public IReadOnlyList<IndexedPayment> Payments(JobId id) => _file.Read(index => index.List(
        "SELECT receiver, purpose, amount, at FROM job_payments WHERE job = $1 ORDER BY block, log",
        row => new IndexedPayment(row.Address(), (PaymentPurpose)row.Int(), row.Money(), row.Time()), id));

    public IReadOnlyList<IndexedConviction> Convictions(JobId id) => _file.Read(index => index.List(
        $"SELECT {ConvictionColumns} FROM convictions WHERE job = $1 ORDER BY block, log", ReadConviction, id));

    /// <summary>Newest first; at most so many.</summary>
    public IReadOnlyList<IndexedConviction> ConvictionsOf(Address worker, int limit) => _file.Read(index => index.List(
        $"SELECT {ConvictionColumns} FROM convictions WHERE worker = $1 ORDER BY block DESC, log DESC LIMIT $2", ReadConviction,
        worker, limit));

    /// <summary>A buyer's orders under way.</summary>
    public IReadOnlyList<IndexedOrder> OrdersOf(Address buyer) => _file.Read(index => index.List(
        "SELECT id, pay, dataset_fee, deadline FROM jobs WHERE buyer = $1 AND state < $2 ORDER BY id",
        row => new IndexedOrder(row.Id<JobId>(), row.Money().Plus(row.Money()), row.Time()), buyer, JobState.Settled));

    /// <summary>
    /// Settled jobs whose pay sheet may have a line for an account that was not paid: its scheduler, anyone who ever registered as a
    /// worker, and the buyer where a worker was convicted, whose pay is the buyer's.
    /// </summary>
    public IReadOnlyList<JobId> Paying(Address account) => _file.Read(index => index.List(
        """
        SELECT id, paid FROM jobs WHERE state = $2 AND (
            (scheduler = $1 OR EXISTS (SELECT 1 FROM workers WHERE address = $1))
                AND NOT EXISTS (SELECT 1 FROM job_payments WHERE job = id AND receiver = $1)
                AND NOT EXISTS (SELECT 1 FROM convictions WHERE job = id AND worker = $1)
            OR buyer = $1 AND convictions > 0)
        ORDER BY id
        """,
        row => (Job: row.Id<JobId>(), Paid: row.Money()), account, JobState.Settled)
        .Where(job => Money.Sum(index.List("SELECT amount FROM job_payments WHERE job = $1", row => row.Money(), job.Job)) < job.Paid)
        .Select(job => job.Job).ToList());

    /// <summary>
    /// Whether a settled job's receipts, or its scheduling, were this account's, so that its pay sheet has a line for it.
    /// </summary>
    public bool WorkedIn(JobId job, Address account) => _file.Read(index =>
        index.Number("SELECT count(*) FROM job_workers WHERE job = $1 AND worker = $2", job, account)
        + index.Number("SELECT count(*) FROM jobs WHERE id = $1 AND scheduler = $2", job, account)) > 0;

    /// <summary>Who was paid by a job, by the sheet; the pay of the convicted went to the buyer.</summary>
    public IReadOnlyList<Address> PaidIn(JobId job) => _file.Read(index => index.List(
        "SELECT receiver FROM job_payments WHERE job = $1", row => row.Address(), job));

    private static IndexedJob Read(SqlRow row) => new(
        row.Id<JobId>(), (JobKind)row.Int(), (JobState)row.Int(), row.Id<DatasetId>(), row.OrNone(row.Id<ProposalId>), row.Address(),
        row.Digest(),
        row.Address(), row.Address(), row.Int(), row.Money(), row.Money(), row.Time(), row.OrNone(row.Hash), row.OrNone(row.Hash),
        row.OrNone(row.Hash), row.OrNone(row.Hash), row.OrNone(row.Hash), Outcome(row), row.OrNone(row.Money), row.Hash(), row.Int(),
        row.Block(),
        row.Time());

    private static JobOutcome? Outcome(SqlRow row)
    {
        Hash32? previous = row.OrNone(row.Hash);
        Digest? result = row.OrNone(row.Digest);
        uint? metric = row.OrNone(() => (uint)row.Long());
        Hash32? payRoot = row.OrNone(row.Hash);
        return previous is null ? null : new JobOutcome(previous.Value, result!.Value, metric!.Value, payRoot!.Value);
    }

    private static IndexedConviction ReadConviction(SqlRow row) => new(
        row.Id<JobId>(), row.Address(), row.Address(), row.Digest(), row.Money(), row.Block(), row.Time());
}
