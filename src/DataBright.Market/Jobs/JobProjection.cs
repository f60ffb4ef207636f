using System.Numerics;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Jobs.Events;

namespace DataBright.Market.Jobs;

/// <summary>What the events of jobs change in the index.</summary>
internal sealed class JobProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, state INTEGER NOT NULL, dataset INTEGER NOT NULL, proposal INTEGER, buyer TEXT NOT NULL,
            plan TEXT NOT NULL, scheduler TEXT NOT NULL, referee TEXT NOT NULL, redundancy INTEGER NOT NULL, pay BLOB NOT NULL,
            dataset_fee BLOB NOT NULL, deadline INTEGER NOT NULL, seed_hash TEXT, beacon TEXT, assignment_root TEXT,
            commits_root TEXT, before_anchor TEXT, result TEXT, metric INTEGER, pay_root TEXT, previous TEXT, paid BLOB, transcript TEXT NOT NULL,
            usage BLOB, convictions INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX jobs_dataset ON jobs (dataset, id);
        CREATE INDEX jobs_open ON jobs (state) WHERE state < 5;
        CREATE TABLE job_steps (job INTEGER NOT NULL, state INTEGER NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX job_steps_job ON job_steps (job, block, log);
        CREATE TABLE job_workers (job INTEGER NOT NULL, worker TEXT NOT NULL);
        CREATE UNIQUE INDEX job_workers_job ON job_workers (job, worker);
        CREATE TABLE job_payments (
            job INTEGER NOT NULL, receiver TEXT NOT NULL, purpose INTEGER NOT NULL, amount BLOB NOT NULL, block INTEGER NOT NULL,
            log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX job_payments_job ON job_payments (job, block, log);
        CREATE TABLE convictions (
            job INTEGER NOT NULL, worker TEXT NOT NULL, reporter TEXT NOT NULL, evidence TEXT NOT NULL, slashed BLOB NOT NULL,
            block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX convictions_job ON convictions (job, worker);
        CREATE INDEX convictions_worker ON convictions (worker, block);
        CREATE TABLE credits (account TEXT PRIMARY KEY, owed BLOB NOT NULL, withdrawn BLOB NOT NULL);
        """;

    public override string? Creditors =>
        "SELECT account FROM credits UNION SELECT buyer FROM jobs UNION SELECT scheduler FROM jobs UNION SELECT worker FROM job_workers";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.Jobs || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, @event, entry);
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("Jobs", market.Jobs, Units(DustReserve.Sum) + Escrow(index))];

    private static void Enter(SqlSession index, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.JobCreated e: Created(index, e, entry); break;
            case Contract.JobAccepted e:
                Step(index, (ulong)e.JobId, JobState.Accepted, e.Transcript, entry);
                index.Run("UPDATE jobs SET seed_hash = $2 WHERE id = $1", (ulong)e.JobId, e.SeedHash);
                break;
            case Contract.JobAssigned e:
                Step(index, (ulong)e.JobId, JobState.Assigned, e.Transcript, entry);
                index.Run("UPDATE jobs SET beacon = $2, assignment_root = $3 WHERE id = $1", (ulong)e.JobId, e.Beacon, e.AssignmentRoot);
                break;
            case Contract.CommitsAnchored e:
                index.Run("UPDATE jobs SET commits_root = $2, before_anchor = transcript WHERE id = $1", (ulong)e.JobId, e.CommitsRoot);
                Step(index, (ulong)e.JobId, JobState.Anchored, e.Transcript, entry);
                break;
            case Contract.JobSettled e: Settled(index, e, entry); break;
            case Contract.JobRefunded e:
                Step(index, (ulong)e.JobId, JobState.Refunded, null, entry);
                break;
            case Contract.UsageReleased e:
                index.Change($"job {e.JobId}", "UPDATE jobs SET usage = NULL WHERE id = $1", (ulong)e.JobId);
                break;
            case Contract.WorkerConvicted e: Convicted(index, e, entry); break;
            case Contract.PayClaimed e: Paid(index, e, entry); break;
            case Contract.Credited e: Credit(index, e.Account, (UInt128)e.Amount); break;
            case Contract.Withdrawn e: Withdraw(index, e.Account, (UInt128)e.Amount); break;
        }
    }

    private static void Created(SqlSession index, Contract.JobCreated created, LogEntry entry)
    {
        var order = JobOrder.From(created.Order);
        index.Run(
            """
            INSERT INTO jobs (id, kind, state, dataset, proposal, buyer, plan, scheduler, referee, redundancy, pay, dataset_fee,
                deadline, transcript, convictions, block, at)
            VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15)
            """,
            (ulong)created.JobId, order.Kind.Known(), order.Dataset, order.Proposal, created.Buyer, order.Plan, order.Scheduler,
            order.Referee,
            order.Redundancy, order.Pay, created.DatasetFee, created.Order.Deadline, created.Transcript, entry.Block, entry.At);
        Record(index, (ulong)created.JobId, JobState.Open, entry);
    }

    private static void Settled(SqlSession index, Contract.JobSettled settled, LogEntry entry)
    {
        ulong job = (ulong)settled.JobId;
        var outcome = JobOutcome.From(settled.Outcome);
        Step(index, job, JobState.Settled, JobTranscript.Settled(outcome), entry);
        index.Run(
            "UPDATE jobs SET result = $2, metric = $3, pay_root = $4, previous = $5, paid = $6, usage = $7 WHERE id = $1",
            job, outcome.Result, outcome.MetricPpm, outcome.PayRoot, outcome.Previous, settled.PayTotal, settled.Usage);
        foreach (var worker in settled.Workers)
        {
            index.Run("INSERT INTO job_workers (job, worker) VALUES ($1, $2)", job, worker);
            index.Run("UPDATE workers SET jobs = jobs + 1 WHERE address = $1", worker);
        }
    }

    private static void Convicted(SqlSession index, Contract.WorkerConvicted convicted, LogEntry entry)
    {
        ulong job = (ulong)convicted.JobId;
        index.Run(
            "INSERT INTO convictions (job, worker, reporter, evidence, slashed, block, log, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            job, convicted.Worker, convicted.Reporter, convicted.EvidenceDigest.ToDigest(), convicted.Slashed, entry.Block,
            entry.Log, entry.At);
        index.Change($"job {job}", "UPDATE jobs SET convictions = convictions + 1 WHERE id = $1", job);
        var slashed = checked(index.Amount("SELECT slashed FROM workers WHERE address = $1", convicted.Worker)
            + (UInt128)convicted.Slashed);
        index.Run("UPDATE workers SET slashed = $2, convictions = convictions + 1 WHERE address = $1", convicted.Worker, slashed);
    }

    /// <summary>The pay of a worker that was convicted in the job goes back to the buyer, as the contract has it.</summary>
    private static void Paid(SqlSession index, Contract.PayClaimed paid, LogEntry entry)
    {
        ulong job = (ulong)paid.JobId;
        if (index.Number("SELECT count(*) FROM jobs WHERE id = $1", job) == 0)
            throw new OddEventException($"It pays for job {job}, which the ledger has not announced.");
        bool convicted = index.Number("SELECT count(*) FROM convictions WHERE job = $1 AND worker = $2", job, paid.Payee) > 0;
        bool scheduler = index.Number("SELECT count(*) FROM jobs WHERE id = $1 AND scheduler = $2", job, paid.Payee) > 0;
        var purpose = convicted ? PaymentPurpose.Forfeited : scheduler ? PaymentPurpose.Scheduling : PaymentPurpose.Work;
        Payment(index, job, paid.Payee, purpose, (UInt128)paid.Amount, entry);
        if (purpose != PaymentPurpose.Work) return;
        var earned = checked(index.Amount("SELECT earned FROM workers WHERE address = $1", paid.Payee) + (UInt128)paid.Amount);
        index.Run("UPDATE workers SET earned = $2 WHERE address = $1", paid.Payee, earned);
    }

    private static void Payment(SqlSession index, ulong job, Address receiver, PaymentPurpose purpose, UInt128 amount,
        LogEntry entry) => index.Run(
        "INSERT INTO job_payments (job, receiver, purpose, amount, block, log, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        job, receiver, purpose, amount, entry.Block, entry.Log, entry.At);

    private static void Credit(SqlSession index, Address account, UInt128 amount)
    {
        var owed = checked(index.Amount("SELECT owed FROM credits WHERE account = $1", account) + amount);
        index.Run(
            "INSERT INTO credits (account, owed, withdrawn) VALUES ($1, $2, $3) ON CONFLICT (account) DO UPDATE SET owed = $2",
            account, owed, UInt128.Zero);
    }

    private static void Withdraw(SqlSession index, Address account, UInt128 amount)
    {
        var owed = index.Amount("SELECT owed FROM credits WHERE account = $1", account);
        var withdrawn = index.Amount("SELECT withdrawn FROM credits WHERE account = $1", account);
        index.Change(
            $"a credit of {account}", "UPDATE credits SET owed = $2, withdrawn = $3 WHERE account = $1", account, checked(owed - amount),
            checked(withdrawn + amount));
    }

    private static void Step(SqlSession index, ulong job, JobState state, Hash32? transcript, LogEntry entry)
    {
        index.Change($"job {job}", "UPDATE jobs SET state = $2, transcript = coalesce($3, transcript) WHERE id = $1", job, state,
            transcript);
        Record(index, job, state, entry);
    }

    private static void Record(SqlSession index, ulong job, JobState state, LogEntry entry) => index.Run(
        "INSERT INTO job_steps (job, state, block, log, at) VALUES ($1, $2, $3, $4, $5)", job, state, entry.Block, entry.Log, entry.At);

    private static BigInteger Escrow(SqlSession index)
    {
        var open = Sum(index.List("SELECT pay, dataset_fee FROM jobs WHERE state < $1", row => Units(row.Money()) + Units(row.Money()),
            JobState.Settled));
        var settled = Sum(index.List("SELECT paid FROM jobs WHERE state = $1", row => Units(row.Money()), JobState.Settled));
        var claimed = Sum(index.List("SELECT amount FROM job_payments", row => Units(row.Money())));
        var credits = Sum(index.List("SELECT owed FROM credits", row => Units(row.Money())));
        var kept = Sum(index.List("SELECT usage FROM jobs WHERE usage IS NOT NULL", row => Units(row.Money())));
        return open + settled + credits + kept - claimed;
    }
}

/// <summary>What a payment of a job was for.</summary>
public enum PaymentPurpose
{
    /// <summary>A worker's pay.</summary>
    Work,

    /// <summary>The pay of a worker that had been convicted: it went back to the buyer.</summary>
    Forfeited,

    /// <summary>The scheduler's fee.</summary>
    Scheduling,
}
