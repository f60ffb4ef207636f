namespace DataBright.Ethereum;

/// <summary>
/// Sends calls as transactions of one account, and each of them takes effect once: it is signed for one nonce and the
/// same bytes are broadcast until they are in a block, whatever the network does in between.
/// </summary>
/// <remarks>
/// <para>Safe for many callers at once. Other processes may use the same key: a nonce that another took first is seen,
/// and the call signed again for the next one. Order among calls is kept while no other process uses the key.</para>
/// <para>Cancelling stops the waiting; what was broadcast is not taken back.</para>
/// <para>A reorganisation in which another process's transaction loses a nonce that a call of ours gave up could, in
/// theory, let the given-up version in; use one process per key on chains where that matters.</para>
/// </remarks>
public sealed class TransactionSender
{
    private readonly EthereumClient _client;
    private readonly SendingOptions _options;
    private readonly Outbox _outbox;

    /// <summary>Sends for the account of <paramref name="key"/>, which stays the caller's to dispose.</summary>
    public TransactionSender(EthereumClient client, EthereumKey key, TimeProvider clock, SendingOptions? options = null)
    {
        (_client, _options, Address) = (client, options ?? new SendingOptions(), key.Address);
        _outbox = new Outbox(client, key, clock, _options);
    }

    /// <summary>The account that sends.</summary>
    public Address Address { get; }

    /// <summary>The client it sends with.</summary>
    public EthereumClient Client => _client;

    /// <summary>Sends a call and waits until it is in a block.</summary>
    /// <exception cref="RevertException">The contract refused; before anything was spent where no receipt is with it.</exception>
    /// <exception cref="RpcException">The node refused, for example because the account cannot pay.</exception>
    /// <exception cref="TransactionPendingException">It was sent but is in no block after a long time.</exception>
    /// <exception cref="TransactionSentException">It was sent, and no proper answer came afterwards.</exception>
    /// <exception cref="ChainException">No proper answer came before anything was sent, or the chain asks more than the signer
    /// offers.</exception>
    public Task<Receipt> SendAsync(ContractCall call, CancellationToken stop = default) => SendAsync(new Payload(call), stop);

    /// <summary>Creates a contract; its address is in the receipt.</summary>
    /// <param name="initCode">Creation code with its arguments, from generated bindings.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RevertException">The constructor refused.</exception>
    public Task<Receipt> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken stop = default) =>
        SendAsync(new Payload(null, initCode, default, null, "The constructor"), stop);

    private async Task<Receipt> SendAsync(Payload payload, CancellationToken stop)
    {
        var sending = new Sending(payload, payload.GasLimit ?? WithMargin(await _client.EstimateAsync(payload, Address, stop)));
        try
        {
            await _outbox.BroadcastAsync(sending, stop);
            return await _client.RequireSuccessAsync(payload, sending.GasLimit, await _outbox.WaitAsync(sending, stop), stop);
        }
        catch (Exception fault) when (fault is ChainCallException or InvalidOperationException && sending.IsSent)
        {
            throw new TransactionSentException(sending.Hashes[0], sending.Nonce, sending.Block, fault);
        }
        finally
        {
            sending.EndAwaiting();
        }
    }

    private ulong WithMargin(ulong estimate) => estimate + estimate * (ulong)_options.GasMargin / 100;
}
