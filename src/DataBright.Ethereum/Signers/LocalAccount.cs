namespace DataBright.Ethereum;

/// <summary>An account whose key is in this process: nonces, fees and broadcasting are ours.</summary>
/// <param name="client">The chain.</param>
/// <param name="key">Stays the caller's to dispose.</param>
/// <param name="clock">Paces the waiting for receipts.</param>
/// <param name="options">How patiently and generously it sends; null for the defaults.</param>
public sealed class LocalAccount(EthereumClient client, EthereumKey key, TimeProvider clock, SendingOptions? options = null) : IAccount
{
    private readonly TransactionSender _sender = new(client, key, clock, options);

    /// <summary>The key.</summary>
    public EthereumKey Key => key;

    /// <inheritdoc/>
    public Address Address => key.Address;

    /// <inheritdoc/>
    public Task<Signature> SignAsync(TypedMessage message, CancellationToken stop = default) => key.SignAsync(message, stop);

    /// <inheritdoc/>
    public Task<Receipt> SendAsync(ContractCall call, CancellationToken stop = default) => _sender.SendAsync(call, stop);

    /// <inheritdoc/>
    public Task<Receipt> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken stop = default) =>
        _sender.DeployAsync(initCode, stop);
}
