using System.Collections.Immutable;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Ethereum;

namespace DataBright.Compute.Scheduler.State;

// A chain may take back blocks. What the ledger has lost is written again, as long as that leads to the same job.
public sealed partial record SchedulerJob
{
    private const string OrderGone = "The chain took this order back and gave its number to another.";

    /// <summary>What the job is where the ledger has less of it than was written there. A job that lost nothing stays as it is.</summary>
    public SchedulerJob Reconciled(LedgerJob found)
    {
        if (!found.Terms.IsSameOrder(Terms)) return Fail(OrderGone);
        var state = Remembering(found.Convicted);
        return Phase switch
        {
            JobPhase.Drawing when found.Stage == LedgerStage.Created => state.Undrawn(JobPhase.Accepting),
            JobPhase.Assigning when found.Stage == LedgerStage.Created => state.Undrawn(JobPhase.Accepting),
            JobPhase.Running or JobPhase.Settling or JobPhase.Settled when found.Stage < LedgerStage.Assigned =>
                state.Undrawn(JobPhase.Accepting),
            JobPhase.Running or JobPhase.Settling when found.Stage == LedgerStage.Assigned && found.AssignmentRoot != AssignmentRoot =>
                state.Fail("The ledger has another draw than this scheduler made."),
            JobPhase.Settled when found.Stage == LedgerStage.Assigned =>
                (state with { Phase = JobPhase.Settling }).Unanchored(found).Tell(JobEventKind.TakenBack, detail: "the settlement"),
            JobPhase.Running or JobPhase.Settling when found.Stage == LedgerStage.Assigned => state.Unanchored(found),
            _ => state,
        };
    }

    /// <summary>
    /// The draw does not hold any more: the block that it came from is gone. The seed and the pool stay as they were bound, so that nobody
    /// chooses; and so does what everybody has seen, which is nothing before the first lease.
    /// </summary>
    public SchedulerJob Undrawn(JobPhase from) => (this with
    {
        Phase = from,
        Problem = null,
        Beacon = null,
        MeasurementBeacon = null,
        AssignmentRoot = null,
        // What a draw gave that never began has shown nobody anything.
        Participants = Phase == JobPhase.Assigning ? Exposed ?? ImmutableSortedDictionary<Address, Participant>.Empty : Participants,
        Exposed = Phase is JobPhase.Drawing or JobPhase.Assigning ? Exposed : Participants,
        Seats = ImmutableSortedDictionary<SeatKey, Address>.Empty,
        Tasks = ImmutableSortedDictionary<TaskKey, TaskState>.Empty,
        Anchor = null,
        Settlement = null,
        Result = null,
    }).Tell(JobEventKind.TakenBack, detail: Phase is JobPhase.Drawing ? "the acceptance" : "the draw");

    private SchedulerJob Unanchored(LedgerJob found) =>
        Anchor is { OnLedger: true } anchor && found.CommitsRoot != anchor.Root
            ? (this with { Anchor = anchor with { OnLedger = false } }).Tell(JobEventKind.TakenBack, detail: "the commitments")
            : this;

    /// <summary>Verdicts that the ledger has forgotten are reported again.</summary>
    private SchedulerJob Remembering(IReadOnlyList<Address> convicted)
    {
        var state = this;
        foreach (var (worker, participant) in Participants)
            if (participant is { OnLedger: true } && !convicted.Contains(worker))
                state = state with { Participants = state.Participants.SetItem(worker, participant with { OnLedger = false }) };
        return state;
    }

    /// <summary>
    /// Whether every operator keeps within the data limit with what it has seen in this draw and in those that were taken back.
    /// </summary>
    private bool KeepsLimit() => Participants.Values.Select(participant => participant.Operator).Distinct()
        .All(@operator => PartitionsOf(@operator).Sum(Plan.PointsIn) <= Plan.DataLimit);
}
