using System.Collections.Immutable;
using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler.State;

public enum TaskStage
{
    /// <summary>What it starts from is not known yet.</summary>
    Waiting,

    /// <summary>Copies are being computed, committed, revealed or disputed.</summary>
    Open,

    /// <summary>All copies have the same trace.</summary>
    Agreed,
}

/// <summary>One task: its copies, and the dispute about them if there is one.</summary>
/// <param name="Key">The task.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Steps">Steps of its trace.</param>
/// <param name="Copies">One per redundancy group.</param>
/// <param name="Inputs">What it starts from; null while it waits.</param>
/// <param name="Start">Hash of the state before the first step; null while it waits.</param>
/// <param name="Dispute">The dispute that is going on.</param>
/// <param name="Result">What all copies agreed on.</param>
public sealed record TaskState(
    TaskKey Key,
    TaskStage Stage,
    int Steps,
    ImmutableArray<Copy> Copies,
    TaskInputs? Inputs = null,
    Digest? Start = null,
    Dispute? Dispute = null,
    RevealedResult? Result = null)
{
    /// <summary>Steps that the referee has executed again and found right.</summary>
    public ImmutableSortedSet<int> Checked { get; init; } = [];

    /// <summary>Whether every copy is committed, so that revealing helps no copier.</summary>
    [JsonIgnore]
    public bool AllCommitted => Copies.All(copy => copy.Stage is CopyStage.Committed or CopyStage.Revealed);

    public Copy? FindLease(int lease) => Copies.FirstOrDefault(copy => copy.Stage != CopyStage.Vacant && copy.Lease == lease);

    public TaskState With(Copy copy) => this with { Copies = Copies.SetItem(copy.Index, copy) };
}

public enum CopyStage
{
    /// <summary>Nobody has it.</summary>
    Vacant,

    /// <summary>It has a worker, who has not asked for it yet.</summary>
    Waiting,

    /// <summary>The worker is computing.</summary>
    Leased,

    /// <summary>The worker has committed to a result.</summary>
    Committed,

    /// <summary>The result is known and is what was committed to.</summary>
    Revealed,
}

/// <summary>One worker's computation of a task.</summary>
/// <param name="Index">Which redundancy group.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Lease">Number of the lease; every new holder gets a new one.</param>
/// <param name="Worker">Who holds it.</param>
/// <param name="LeasedAt">When the worker took it up.</param>
/// <param name="Due">When the worker must have done the next thing, or loses it.</param>
/// <param name="Step">Steps that the worker says it has done.</param>
/// <param name="Commit">The commitment, as it was signed.</param>
/// <param name="Reveal">The opening, as it was signed.</param>
/// <param name="Result">What was revealed.</param>
public sealed record Copy(
    int Index,
    CopyStage Stage,
    int Lease = 0,
    Address Worker = default,
    DateTimeOffset? LeasedAt = null,
    DateTimeOffset? Due = null,
    int Step = 0,
    SignedMessage? Commit = null,
    SignedMessage? Reveal = null,
    RevealedResult? Result = null)
{
    /// <summary>The last progress that was believed: the reveal must show that it was in the trace.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Progress? Heard { get; init; }

    /// <summary>When the copy was given to its worker.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the worker bound itself to its result: what the speed of others is measured by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTimeOffset? CommittedAt { get; init; }

    public static Copy Empty(int index) => new(index, CopyStage.Vacant);
}

/// <summary>How far a worker is. What it says of itself it must stand by when it reveals.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="State">Hash of the state after that step.</param>
public sealed record Progress(int Step, Digest State);

/// <summary>A revealed result.</summary>
/// <param name="Root">The root of the trace: two results are equal when their roots are.</param>
/// <param name="FinalState">Where the state after the last step is kept.</param>
/// <param name="Checkpoint">For training: the checkpoint in that state; null when training diverged.</param>
/// <param name="Outcome">For the closing task: the job's outcome.</param>
public sealed record RevealedResult(Digest Root, Cid FinalState, CheckpointReference? Checkpoint, RunOutcomes? Outcome);
