namespace DataBright.Ethereum;

/// <summary>Ways in which a signer elsewhere does not do what it is asked.</summary>
public enum SignerFault
{
    /// <summary>Nothing listens at its URL; nothing was signed or sent.</summary>
    Unreachable,

    /// <summary>It does not know the method: it is no signer, or one of another kind.</summary>
    Unsupported,

    /// <summary>It offers no account, not the one that was named, or several of which none was named.</summary>
    AccountNotOffered,

    /// <summary>It stands on another chain.</summary>
    WrongChain,

    /// <summary>A person or a rule there declined; nothing was signed or sent.</summary>
    Declined,

    /// <summary>No answer came in time to a question that moves no money.</summary>
    TimedOut,

    /// <summary>What it answered has the wrong form.</summary>
    Malformed,

    /// <summary>Its signature is void, or another key's; it was not used.</summary>
    WrongSignature,

    /// <summary>It named a transaction that does something else, or that was sent before: money may have moved.</summary>
    WrongTransaction,

    /// <summary>It was asked to send and gave no usable answer: whether it sent is not known.</summary>
    OutcomeUnknown,
}

/// <summary>A signer elsewhere did not do what it was asked. The message names its URL and says what is known and what to do.</summary>
/// <param name="fault">What went wrong.</param>
/// <param name="message">Whole sentences.</param>
/// <param name="cause">What was caught, if anything.</param>
public sealed class SignerException(SignerFault fault, string message, Exception? cause = null)
    : DataBrightException(fault is SignerFault.Declined or SignerFault.AccountNotOffered ? FailureKind.Denied : FailureKind.Unavailable,
        message, cause)
{
    /// <summary>What went wrong.</summary>
    public SignerFault Fault => fault;

    /// <inheritdoc/>
    public override bool IsTransient => fault == SignerFault.Unreachable;

    /// <summary>The transaction that the message is about, where it is about one.</summary>
    public Hash32? Transaction { get; init; }

    /// <summary>Whether a transaction may have been sent, or may still be: doing the same again could do it twice.</summary>
    public bool MayHaveSent => fault is SignerFault.WrongTransaction or SignerFault.OutcomeUnknown;
}
