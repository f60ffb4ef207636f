using System.Collections.Immutable;
using System.Globalization;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Scheduler.State;

// The closing task is agreed on: deliver and pay.
public sealed partial record SchedulerJob
{
    /// <summary>Whether everything is computed and every verdict is on the ledger.</summary>
    public bool CanSettle => Phase == JobPhase.Running && Tasks[TaskKey.Closing].Stage == TaskStage.Agreed && !Unreported.Any();

    /// <summary>What the ledger is to be told: the result, the receipts that back it, and who earned what.</summary>
    public SchedulerJob Settle()
    {
        Demand(JobPhase.Running);
        var seal = Tasks[TaskKey.Closing];
        var outcome = seal.Result!.Outcome!;
        var pay = Pay();
        var payTree = pay.Count == 0 ? null : new MerkleTree([.. pay.Select(PayLeaf)]);
        var settlement = new JobSettlement(
            outcome.ResultHash(Terms.Kind), outcome.Metric, Anchor!.Root, Receipts(seal),
            payTree?.Root ?? Hash32.Zero, new Money(pay.Aggregate(UInt128.Zero, (sum, share) => sum + share.Amount.Units)), pay);
        return this with { Phase = JobPhase.Settling, Settlement = settlement };
    }

    public SchedulerJob Settled() => Phase != JobPhase.Settling
        ? this
        : (this with { Phase = JobPhase.Settled }).Tell(JobEventKind.Settled,
            detail: string.Create(CultureInfo.InvariantCulture,
                $"{Accuracy}${Settlement!.PayTotal} to {Settlement.Pay.Count} accounts, the scheduler's among them"));

    /// <summary>The two sides of a measurement have no accuracy in common.</summary>
    private string Accuracy => Terms.Kind == JobKind.Training
        ? string.Create(CultureInfo.InvariantCulture, $"accuracy {Settlement!.Metric / 10_000m:0.00} %, ") : "";

    /// <summary>Until when files are kept that only the job itself needs.</summary>
    public DateTimeOffset FilesUntil(DateTimeOffset now, SchedulerTerms terms)
    {
        var end = Terms.Deadline > now ? Terms.Deadline : now;
        return DateTimeOffset.MaxValue - end > terms.Retention ? end + terms.Retention : DateTimeOffset.MaxValue;
    }

    /// <summary>The time has come to forget what only the job itself needed: its tasks, with all that was signed about them.</summary>
    public bool IsShed(DateTimeOffset now, SchedulerTerms terms) => IsOver && Tasks.Count > 0 && !Unreported.Any()
        && (Phase == JobPhase.Failed || Result is not null) && now >= FilesUntil(Terms.Deadline, terms);

    public SchedulerJob Shed() => this with { Tasks = ImmutableSortedDictionary<TaskKey, TaskState>.Empty };

    /// <summary>What a worker needs to claim its pay: the proof for its leaf.</summary>
    public static IReadOnlyList<Hash32> PayProof(JobId job, JobSettlement settlement, Address worker)
    {
        var index = settlement.Pay.ToList().FindIndex(share => share.Worker == worker);
        return index < 0
            ? [] : new MerkleTree([.. settlement.Pay.Select(share => Keccak.Hash(JobHashes.Pay(job, share.Worker, share.Amount).AsSpan()))])
                .ProofOf(index);
    }

    /// <summary>Every agreed copy is paid, except those of a worker that lied anywhere in the job; and the scheduler has its fee.</summary>
    private List<WorkerPay> Pay()
    {
        var plan = new PayPlan(Plan, Terms.Pay);
        var workers = Tasks.Values
            .SelectMany(task => task.Copies.Select(copy => (copy.Worker, Pay: plan.For(task.Key))))
            .Where(share => Participants[share.Worker].Standing != LeaseStanding.Convicted)
            .GroupBy(share => share.Worker, share => share.Pay)
            .Select(worker => new WorkerPay(worker.Key, new Money(worker.Aggregate(UInt128.Zero, (sum, money) => sum + money.Units))));
        return [.. workers.Append(new WorkerPay(Terms.Scheduler, Plan.SchedulerFee)).Where(share => share.Amount.Units > 0)
            .OrderBy(share => share.Worker)];
    }

    private Hash32 PayLeaf(WorkerPay share) => Keccak.Hash(JobHashes.Pay(Id, share.Worker, share.Amount).AsSpan());

    private List<WorkerReceipt> Receipts(TaskState seal)
    {
        var copies = CommittedCopies().Where(copy => Anchor!.Leases.Contains(copy.Lease)).ToList();
        var commitments = Committed(copies).ToList();
        var tree = CommitmentTree(copies);
        if (tree.Root != Anchor!.Root)
            throw new InvalidOperationException($"The commitments of job {Id} are not those that were anchored.");
        return [.. seal.Copies.OrderBy(copy => copy.Worker).Select(copy =>
        {
            var commitment = copy.Commit!.Read<Commit>().Result!.Value;
            var reveal = copy.Reveal!.Read<Reveal>();
            return new WorkerReceipt(copy.Worker, Commitments.ReceiptSalt(Terms.Order, Terms.Plan, reveal.Salt), reveal.Receipt!.Value,
                tree.ProofOf(commitments.IndexOf(commitment)));
        })];
    }
}
