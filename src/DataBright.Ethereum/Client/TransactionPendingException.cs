namespace DataBright.Ethereum;

/// <summary>
/// A transaction was sent and is still in no block. It may yet be executed: ask for its receipt, do not send the call again.
/// </summary>
public class TransactionPendingException : DataBrightException
{
    /// <summary>Describes it.</summary>
    /// <param name="transaction">The hash it was last sent under.</param>
    /// <param name="nonce">Its nonce, which no other transaction of the account can have too.</param>
    /// <param name="waited">How long it was waited for.</param>
    /// <param name="cause">The last fault of the chain; null where it answered but had no receipt.</param>
    public TransactionPendingException(Hash32 transaction, ulong nonce, TimeSpan waited, Exception? cause = null)
        : this(transaction, nonce,
            $"Transaction {transaction} (nonce {nonce}) is in no block after {waited.TotalSeconds:0} s. It may still be executed: look for "
            + "its receipt before doing the same again.", cause)
    {
    }

    private protected TransactionPendingException(Hash32 transaction, ulong nonce, string message, Exception? cause)
        : base(FailureKind.Unavailable, message, cause) => (Transaction, Nonce) = (transaction, nonce);

    /// <summary>False: done again it could be done twice.</summary>
    public override bool IsTransient => false;

    /// <summary>The hash it was last sent under.</summary>
    public Hash32 Transaction { get; }

    /// <summary>Its nonce.</summary>
    public ulong Nonce { get; }
}

/// <summary>
/// A transaction was sent, and what was asked of the chain afterwards has no proper answer. It may have been executed, or may yet be.
/// </summary>
/// <param name="transaction">The hash it was last sent under.</param>
/// <param name="nonce">Its nonce; 0 where that is not known.</param>
/// <param name="block">The block it is in; null where that is not known.</param>
/// <param name="cause">What went wrong afterwards.</param>
public sealed class TransactionSentException(Hash32 transaction, ulong nonce, ulong? block, Exception cause) : TransactionPendingException(
    transaction, nonce,
    (block is { } known ? $"Transaction {transaction} is on the chain, in block {known}"
        : $"Transaction {transaction} was sent and may be on the chain")
        + $": look at it before doing the same again. What failed came after it: {cause.Message}", cause);
