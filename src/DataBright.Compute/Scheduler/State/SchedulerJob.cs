using System.Collections.Immutable;
using System.Text.Json.Serialization;
using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Scheduler.State;

public enum JobPhase
{
    /// <summary>On the ledger; not taken yet, for example because there are too few workers.</summary>
    Offered,

    /// <summary>The seed is chosen; the ledger is to be told its hash.</summary>
    Accepting,

    /// <summary>Waiting for the block that makes the beacon.</summary>
    Drawing,

    /// <summary>Drawn; the ledger is to be told.</summary>
    Assigning,

    /// <summary>Tasks are being computed.</summary>
    Running,

    /// <summary>The result is known; the ledger is to be told.</summary>
    Settling,

    /// <summary>Over: delivered and paid.</summary>
    Settled,

    /// <summary>Over: it cannot be delivered, and the buyer gets a refund after the deadline.</summary>
    Failed,
}

/// <summary>
/// A job as its scheduler knows it. Immutable: every rule throws, or returns what the job is afterwards. What must happen on the ledger
/// follows from the phase, so that it is found again after a crash.
/// </summary>
public sealed partial record SchedulerJob
{
    public required JobTerms Terms { get; init; }

    /// <summary>Kept apart from the rest: it is large and never changes.</summary>
    [JsonIgnore]
    public JobPlan Plan { get; init; } = null!;

    public JobPhase Phase { get; init; }

    /// <summary>Why the job waits or has failed, for people.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether a task waits for one more worker.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsShort { get; init; }

    /// <summary>What the scheduler's seed is made of; see <see cref="DrawSeed"/>.</summary>
    public Hash32? Secret { get; init; }

    /// <summary>The workers to draw from, fixed before the beacon is known.</summary>
    public ImmutableArray<PoolMember> Pool { get; init; } = [];

    public Hash32? Beacon { get; init; }

    /// <summary>
    /// What an evaluation's seeds follow from: the beacon of its proposal's first measurement, which may be another job. Null for training.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Hash32? MeasurementBeacon { get; init; }

    /// <summary>Points of the proposed shard that are left out of a measurement, because they say nothing new.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Copies { get; init; }

    /// <summary>The plan as it is computed.</summary>
    [JsonIgnore]
    public JobPlan Computed => Measurement is { } measurement ? Plan.MeasuredWith(measurement) : Plan;

    [JsonIgnore]
    public MeasurementInputs? Measurement => MeasurementBeacon is { } beacon ? new MeasurementInputs(beacon, Copies) : null;

    /// <summary>Root of the draw as it was anchored.</summary>
    public Hash32? AssignmentRoot { get; init; }

    /// <summary>Who sits where now.</summary>
    public ImmutableSortedDictionary<SeatKey, Address> Seats { get; init; } = ImmutableSortedDictionary<SeatKey, Address>.Empty;

    /// <summary>Everybody who was ever given a seat, with what they may have seen.</summary>
    public ImmutableSortedDictionary<Address, Participant> Participants { get; init; } =
        ImmutableSortedDictionary<Address, Participant>.Empty;

    /// <summary>Those who took part in draws that the chain took back, with what they may have seen; null where there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableSortedDictionary<Address, Participant>? Exposed { get; init; }

    /// <summary>Number of the next lease.</summary>
    public int NextLease { get; init; } = 1;

    /// <summary>The commitments that are, or are about to be, anchored.</summary>
    public Anchor? Anchor { get; init; }

    public JobSettlement? Settlement { get; init; }

    /// <summary>What it came to, with the files that stay; null before it is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JobOutput? Result { get; init; }

    /// <summary>Kept apart from the rest, so that a message writes only the task it changes.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<TaskKey, TaskState> Tasks { get; init; } = ImmutableSortedDictionary<TaskKey, TaskState>.Empty;

    /// <summary>What has happened since the state was saved last.</summary>
    [JsonIgnore]
    public ImmutableList<JobEvent> News { get; init; } = [];

    [JsonIgnore]
    public JobId Id => Terms.Id;

    [JsonIgnore]
    public bool IsOver => Phase is JobPhase.Settled or JobPhase.Failed;

    private SchedulerJob With(TaskState task) => this with { Tasks = Tasks.SetItem(task.Key, task) };

    private SchedulerJob Tell(JobEventKind kind, TaskKey? task = null, Address? worker = null, string? detail = null) =>
        this with { News = News.Add(new JobEvent(Id, kind, task, worker, detail)) };
}

/// <summary>A worker's part in one job.</summary>
/// <param name="Operator">Whoever runs it.</param>
/// <param name="Partitions">Partitions it has been given, and therefore may have seen, ever.</param>
/// <param name="Standing">Whether it may go on.</param>
/// <param name="Verdict">Why it may not.</param>
/// <param name="OnLedger">Whether the ledger has been told of the verdict.</param>
public sealed record Participant(Address Operator, ImmutableSortedSet<int> Partitions, LeaseStanding Standing = LeaseStanding.Good,
    SignedVerdict? Verdict = null, bool OnLedger = false)
{
    /// <summary>Whether the ledger will never take the verdict.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnreportable { get; init; }

    /// <summary>How often it took a seat here and let it lie; its place in later draws follows from it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Lapses { get; init; }

    /// <summary>When it did so last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTimeOffset? LapsedAt { get; init; }

    /// <summary>How often it took up a task here and did not get on with it. It counts like a lapse where others did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Stalls { get; init; }

    /// <summary>When that was so last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTimeOffset? StalledAt { get; init; }
}

public enum LeaseStanding
{
    Good,

    /// <summary>It did not answer for its result. It gets nothing more to do in this job.</summary>
    Silent,

    /// <summary>It lied. It is slashed and earns nothing in this job.</summary>
    Convicted,
}

/// <summary>A root over commitments.</summary>
/// <param name="Root">The root.</param>
/// <param name="Leases">The leases whose commitments are under it.</param>
/// <param name="OnLedger">Whether the ledger has it.</param>
public sealed record Anchor(Hash32 Root, ImmutableSortedSet<int> Leases, bool OnLedger);
