using System.Text.Json;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Traces;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Disputes;

/// <summary>
/// What a referee is given and what stays as evidence: everything needed to see that a worker has signed a trace in which one step is
/// wrong.
/// A trace convicts itself: it shows, under one signed root, a state and what the worker claims the next step makes of it.
/// The dossier's SHA-256 is what the verdict on the ledger names.
/// </summary>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Domain">The chain and Jobs contract.</param>
/// <param name="Job">The job.</param>
/// <param name="Plan">SHA-256 of the plan, which is the address of its bytes.</param>
/// <param name="Task">The task.</param>
/// <param name="Inputs">What the task starts from.</param>
/// <param name="Step">The step in question.</param>
/// <param name="Before">Hash of the state before it.</param>
/// <param name="State">Where that state's bytes are.</param>
/// <param name="Reporter">Who reports, and gets the reporter's part of the stake.</param>
/// <param name="Claims">Each worker's signed trace and what it says about the step.</param>
public sealed record Dossier(
    string Format, JobDomain Domain, JobId Job, Digest Plan, TaskKey Task, TaskInputs Inputs,
    int Step, Digest Before, Cid State, Address Reporter, IReadOnlyList<Claim> Claims)
{
    public const string CurrentFormat = "databright.dossier/1";

    /// <summary>A dossier is one raw block in every store, so that the hash on the ledger alone finds it.</summary>
    public const int MaxBytes = 256 * 1024;

    public byte[] ToJson() => CanonicalJson.Write(this);

    /// <exception cref="EvidenceException">The bytes are not a dossier.</exception>
    public static Dossier Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes) throw new EvidenceException($"a dossier has at most {MaxBytes} bytes, these are {json.Length}");
        try
        {
            return CanonicalJson.Read<Dossier>(json);
        }
        catch (JsonException fault)
        {
            throw new EvidenceException($"it is not a dossier: {fault.Message}", fault);
        }
    }
}

/// <summary>What one worker has signed.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Reveal">Its opening, as signed: the root of its trace.</param>
/// <param name="Before">Its proof that the state before the step is in the trace.</param>
/// <param name="After">Its proof that what it says came of the step is in the trace.</param>
public sealed record Claim(Address Worker, SignedMessage Reveal, StepProof Before, StepProof After);

/// <summary>Evidence that does not show what it should. The message says what is wrong with it.</summary>
public sealed class EvidenceException(string problem, Exception? cause = null)
    : DataBrightException(FailureKind.Invalid, $"The evidence does not hold: {problem}.", cause);
