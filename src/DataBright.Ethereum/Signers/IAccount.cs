namespace DataBright.Ethereum;

/// <summary>An account that acts on a chain, wherever its key is.</summary>
public interface IAccount : IMessageSigner
{
    /// <summary>Sends a call once and waits until it is in a block.</summary>
    /// <exception cref="RevertException">The contract refused; before anything was spent where no receipt is with it.</exception>
    /// <exception cref="RpcException">The node refused, for example because the account cannot pay.</exception>
    /// <exception cref="TransactionPendingException">It was sent but is in no block after a long time.</exception>
    /// <exception cref="SignerException">A signer elsewhere declined, or answered with what cannot be used; its kind tells whether money
    /// may have moved.</exception>
    Task<Receipt> SendAsync(ContractCall call, CancellationToken stop = default);

    /// <summary>Creates a contract; its address is in the receipt.</summary>
    /// <param name="initCode">Creation code with its arguments.</param>
    /// <param name="stop">Cancels the waiting.</param>
    /// <exception cref="RevertException">The constructor refused.</exception>
    Task<Receipt> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken stop = default);
}
