namespace DataBright.Compute.Protocol;

/// <summary>
/// Why a message was refused. Each has one meaning, so that a worker knows whether to repeat, to drop its work or to stop.
/// </summary>
public enum Refusal
{
    /// <summary>The bytes are not such a message.</summary>
    Malformed,

    /// <summary>The message or its attachment is longer than is ever needed.</summary>
    TooLarge,

    /// <summary>The signature is missing, damaged or not the worker's.</summary>
    BadSignature,

    /// <summary>The signer is not a registered worker.</summary>
    UnknownWorker,

    /// <summary>A poll that is too old, or from a clock that is far off.</summary>
    Stale,

    /// <summary>There is no such job here.</summary>
    UnknownJob,

    /// <summary>The lease is over, was given to somebody else, or never was the signer's.</summary>
    LeaseLost,

    /// <summary>The lease is for another task.</summary>
    WrongTask,

    /// <summary>The message contradicts one that was accepted before.</summary>
    Contradiction,

    /// <summary>Not yet: others have not committed, or there is no such question.</summary>
    OutOfTurn,

    /// <summary>What is revealed is not what was committed to.</summary>
    CommitmentBroken,

    /// <summary>A Merkle proof or an opening does not fit the committed root.</summary>
    ProofBroken,

    /// <summary>The trace does not begin where the task begins.</summary>
    WrongStart,

    /// <summary>The attached state does not have the hash that was committed to.</summary>
    StateBroken,

    /// <summary>The file is not needed by the lease that it is asked for.</summary>
    NotYours,

    /// <summary>The scheduler cannot answer now; the same message may be sent again.</summary>
    Unavailable,
}

/// <summary>A message was refused; nothing of it was kept.</summary>
public sealed class ProtocolException(Refusal refusal, string message, Exception? cause = null)
    : RefusedException(KindOf(refusal), $"{refusal}", message, cause)
{
    public Refusal Refusal { get; } = refusal;

    private static FailureKind KindOf(Refusal refusal) => refusal switch
    {
        Refusal.Malformed or Refusal.TooLarge => FailureKind.Malformed,
        Refusal.BadSignature or Refusal.UnknownWorker or Refusal.NotYours => FailureKind.Denied,
        Refusal.UnknownJob => FailureKind.NotFound,
        Refusal.Unavailable => FailureKind.Unavailable,
        Refusal.CommitmentBroken or Refusal.ProofBroken or Refusal.WrongStart or Refusal.StateBroken => FailureKind.Invalid,
        _ => FailureKind.Conflict,
    };
}
