namespace DataBright.Ethereum;

/// <summary>A transaction that can be sent.</summary>
/// <param name="Transaction">What is asked.</param>
/// <param name="Signature">Who asks.</param>
public sealed record SignedTransaction(Transaction Transaction, Signature Signature)
{
    /// <summary>The bytes that <c>eth_sendRawTransaction</c> takes.</summary>
    public byte[] Encode() => Transaction.Encode(Signature);
}
