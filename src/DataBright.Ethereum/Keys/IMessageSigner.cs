namespace DataBright.Ethereum;

/// <summary>Signs messages of EIP-712 as one account: a key of this machine, or a signer elsewhere that may ask a person first.</summary>
public interface IMessageSigner
{
    /// <summary>The account that signs.</summary>
    Address Address { get; }

    /// <summary>Signs a message. The signature recovers to <see cref="Address"/>.</summary>
    /// <exception cref="SignerException">A signer elsewhere declined, or answered with what cannot be used.</exception>
    Task<Signature> SignAsync(TypedMessage message, CancellationToken stop = default);
}
