using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Compute.Traces;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Protocol;

/// <summary>A worker asks what there is to do, and by asking says that it is there.</summary>
/// <param name="At">The worker's clock: an old poll cannot be played back later.</param>
/// <param name="Free">Tasks it could start now; 0 while it drains.</param>
/// <param name="Holding">Leases it is working on or has not revealed yet, so that they are not handed out again.</param>
/// <param name="Jobs">Jobs it keeps files of, so that it can be told which have ended.</param>
/// <param name="WaitMilliseconds">How long the answer may be held back while there is nothing to do.</param>
/// <param name="Leaving">Whether the worker goes as soon as it owes nothing: what waits for it is given to others at once.</param>
public sealed record Poll(DateTimeOffset At, int Free, IReadOnlyList<LeaseId> Holding, IReadOnlyList<JobId> Jobs, int WaitMilliseconds,
    bool Leaving = false);

/// <summary>A worker has finished a task and binds itself to the result without showing it.</summary>
/// <param name="Lease">The lease it worked under.</param>
/// <param name="Task">The task.</param>
/// <param name="Trace">Hash of the trace's root, the worker and a salt; see <see cref="Commitments"/>.</param>
/// <param name="Result">For the closing task: the commitment to the job's result in the form that the ledger checks.</param>
public sealed record Commit(LeaseId Lease, TaskKey Task, Hash32 Trace, Hash32? Result = null);

/// <summary>A worker opens its commitment. The state after the last step is attached.</summary>
/// <param name="Lease">The lease it worked under.</param>
/// <param name="Task">The task.</param>
/// <param name="Root">The root of the trace.</param>
/// <param name="Salt">What hid the commitment; the salt of the receipt follows from it, see <see cref="Commitments.ReceiptSalt"/>.</param>
/// <param name="First">The state before the first step, shown to be leaf 0.</param>
/// <param name="Last">The state after the last step, shown to be the last leaf.</param>
/// <param name="Receipt">For the closing task: the worker's signature over the job's result, for the ledger.</param>
/// <param name="Heard">The state of the last heartbeat that was believed, shown to be in the trace; null where none was.</param>
/// <param name="Measurement">For an evaluation: the beacon and the number of copies that it was given. What it did with others than the
/// ledger's convicts nobody.</param>
public sealed record Reveal(
    LeaseId Lease, TaskKey Task, Digest Root, Hash32 Salt, StepProof First, StepProof Last, Signature? Receipt = null,
    StepProof? Heard = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] MeasurementInputs? Measurement = null);

/// <summary>A worker is still at it.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Step">Steps done; a lease is only prolonged when this has grown.</param>
/// <param name="Loss">Mean loss since the last heartbeat; for people who watch.</param>
/// <param name="State">Hash of the state after that step: the reveal must show it in the trace. Progress without it prolongs
/// nothing.</param>
public sealed record Heartbeat(LeaseId Lease, int Step, float? Loss, Digest? State = null);

/// <summary>An answer to a <see cref="Question"/>.</summary>
/// <param name="Lease">The lease it is about.</param>
/// <param name="Number">The question's number.</param>
/// <param name="Opened">The hashes of the node's two children.</param>
/// <param name="Before">For the last question: the state before the disputed step; its bytes are attached.</param>
/// <param name="After">For the last question: the state after the disputed step.</param>
public sealed record Answer(LeaseId Lease, int Number, NodeOpening? Opened = null, StepProof? Before = null, StepProof? After = null);

/// <summary>The two children of a node of a trace's tree.</summary>
public sealed record NodeOpening(Digest Left, Digest Right);

/// <summary>A worker asks for a file that one of its leases needs.</summary>
public sealed record Fetch(LeaseId Lease, Cid Cid);

/// <summary>The kinds of message that are signed. The kind is part of what is signed.</summary>
public enum MessageKind
{
    Poll,
    Commit,
    Reveal,
    Heartbeat,
    Answer,
    Fetch,

    /// <summary>Of a scheduler, to its referee.</summary>
    Dossier,
}
