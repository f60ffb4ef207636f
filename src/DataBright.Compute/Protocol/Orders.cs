using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Compute.Traces;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Protocol;

/// <summary>What a worker is to do now. All of it may be said twice and must be done once.</summary>
/// <param name="Start">Tasks to compute.</param>
/// <param name="Reveal">Commitments that are to be opened.</param>
/// <param name="Questions">Questions in a dispute.</param>
/// <param name="Stop">Leases that the worker does not hold any more.</param>
/// <param name="Ended">Jobs that are over: everything kept for them can go.</param>
public sealed record Orders(
    IReadOnlyList<TaskOrder> Start,
    IReadOnlyList<RevealOrder> Reveal,
    IReadOnlyList<Question> Questions,
    IReadOnlyList<LeaseId> Stop,
    IReadOnlyList<JobId> Ended)
{
    public static Orders None { get; } = new([], [], [], [], []);

    public bool IsEmpty => Start.Count + Reveal.Count + Questions.Count + Stop.Count + Ended.Count == 0;
}

/// <summary>A task to compute.</summary>
/// <param name="Lease">The right to do it.</param>
/// <param name="Task">The task.</param>
/// <param name="Plan">The job's plan: its digest, which is also its address.</param>
/// <param name="Inputs">What the task starts from.</param>
/// <param name="Data">The points it needs, sealed to this worker.</param>
/// <param name="Due">When the lease ends unless there is progress.</param>
/// <param name="Order">The transcript of the order on the ledger: the commitment is to a result of that order and no other.</param>
public sealed record TaskOrder(LeaseId Lease, TaskKey Task, Digest Plan, TaskInputs Inputs, IReadOnlyList<SealedPart> Data,
    DateTimeOffset Due, Hash32 Order = default);

/// <summary>A commitment that is to be opened.</summary>
/// <param name="Lease">The lease it was made under.</param>
/// <param name="Heard">The step of the last heartbeat that was believed, which must be shown to be in the trace; null where there was
/// none.</param>
public sealed record RevealOrder(LeaseId Lease, int? Heard);

/// <summary>What a task starts from besides its points: part of what makes its result unambiguous.</summary>
/// <param name="Start">For training: the checkpoint to start from; null for fresh parameters.</param>
/// <param name="Finals">For the closing task: the checkpoints of the last round, by run and partition.</param>
/// <param name="Measurement">For an evaluation: what its seeds follow from, and how many points are left out.</param>
public sealed record TaskInputs(
    CheckpointReference? Start, IReadOnlyList<FinalCheckpoint> Finals,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] MeasurementInputs? Measurement = null)
{
    /// <summary>
    /// The plan as it is computed: an evaluation's seeds follow from the beacon. What was computed before that was so has none.
    /// </summary>
    /// <exception cref="BadPlanException">So many copies cannot be left out.</exception>
    public JobPlan Of(JobPlan plan) => Measurement is { } measurement ? plan.MeasuredWith(measurement) : plan;
}

/// <summary>The checkpoint that the last round of a run made of one partition.</summary>
public sealed record FinalCheckpoint(int Run, int Partition, CheckpointReference Checkpoint);

/// <summary>Points encrypted to one worker.</summary>
/// <param name="Shard">Index of the shard in the plan; −1 for the held-out set, −2 − run for what a run repeats.</param>
/// <param name="Partition">Which part of it; −1 for all of it.</param>
/// <param name="Cid">Where the envelope is.</param>
public sealed record SealedPart(int Shard, int Partition, Cid Cid)
{
    internal const int HeldOut = -1;

    internal static int RepeatedBy(int run) => HeldOut - 1 - run;

    internal static int RunOf(int repeated) => HeldOut - 1 - repeated;
}

/// <summary>A question in a dispute about a task's trace.</summary>
/// <param name="Lease">The lease whose holder is asked.</param>
/// <param name="Task">The task.</param>
/// <param name="Number">Numbers the questions about one lease.</param>
/// <param name="Open">The node to open; null for the last question.</param>
/// <param name="Step">For the last question: the first step that two traces disagree on.</param>
public sealed record Question(LeaseId Lease, TaskKey Task, int Number, StepRange? Open, int? Step);
