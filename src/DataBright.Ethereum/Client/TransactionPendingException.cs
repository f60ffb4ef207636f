namespace DataBright.Ethereum;

/// <summary>A transaction was sent and is still in no block. It may yet be executed: ask for its receipt, do not send the call again.</summary>
/// <param name="transaction">The hash it was last sent under.</param>
/// <param name="nonce">Its nonce, which no other transaction of the account can have too.</param>
/// <param name="waited">How long it was waited for.</param>
/// <param name="cause">The last fault of the chain; null where it answered but had no receipt.</param>
public sealed class TransactionPendingException(Hash32 transaction, ulong nonce, TimeSpan waited, Exception? cause = null)
    : Exception($"Transaction {transaction} (nonce {nonce}) is in no block after {waited.TotalSeconds:0} s. It may still be executed: look for its receipt before doing the same again.", cause)
{
    /// <summary>The hash it was last sent under.</summary>
    public Hash32 Transaction => transaction;

    /// <summary>Its nonce.</summary>
    public ulong Nonce => nonce;
}
