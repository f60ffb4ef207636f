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
    /// <exception cref="ChainException">No proper answer came before anything was sent.</exception>
    public async Task<Receipt> SendAsync(ContractCall call, CancellationToken stop = default) =>
        (await SendAsync([new Payload(call)], stop))[0];

    /// <summary>Creates a contract; its address is in the receipt.</summary>
    /// <param name="initCode">Creation code with its arguments, from generated bindings.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RevertException">The constructor refused.</exception>
    public async Task<Receipt> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken stop = default) =>
        (await SendAsync([new Payload(null, initCode, default, null, "The constructor")], stop))[0];

    /// <summary>
    /// Sends many calls, one after another on the chain without waiting between them. A call that only works after
    /// those before it waits until they are in a block.
    /// </summary>
    /// <returns>The receipts in the order of the calls.</returns>
    /// <exception cref="RevertException">A call reverted. The others that were sent together with it stand.</exception>
    public Task<IReadOnlyList<Receipt>> SendAllAsync(IReadOnlyList<ContractCall> calls, CancellationToken stop = default) =>
        SendAsync([.. calls.Select(c => new Payload(c))], stop);

    private async Task<IReadOnlyList<Receipt>> SendAsync(IReadOnlyList<Payload> payloads, CancellationToken stop)
    {
        var receipts = new List<Receipt>(payloads.Count);
        while (receipts.Count < payloads.Count)
        {
            var ready = await PrepareAsync([.. payloads.Skip(receipts.Count)], stop);
            try
            {
                await _outbox.BroadcastAsync(ready, stop);
                receipts.AddRange(await ReceiptsAsync(ready, stop));
            }
            finally
            {
                foreach (var sending in ready)
                    sending.EndAwaiting();
            }
        }
        return receipts;
    }

    /// <summary>The calls, from the first on, that work in the chain's present state, with their gas.</summary>
    private async Task<IReadOnlyList<Sending>> PrepareAsync(IReadOnlyList<Payload> payloads, CancellationToken stop)
    {
        var unknown = payloads.Where(p => p.GasLimit is null).ToList();
        var estimates = new Queue<Estimate>(unknown.Count == 0 ? [] : await _client.EstimateAllAsync(unknown, Address, stop));
        var ready = new List<Sending>(payloads.Count);
        foreach (var payload in payloads)
        {
            if (payload.GasLimit is { } given)
            {
                ready.Add(new Sending(payload, given));
                continue;
            }
            var estimate = estimates.Dequeue();
            // It may need what goes before it; as the first one it has no such excuse, and Gas throws.
            if (estimate.Failed && ready.Count > 0)
                break;
            ready.Add(new Sending(payload, estimate.Gas + estimate.Gas * (ulong)_options.GasMargin / 100));
        }
        return ready;
    }

    private async Task<IReadOnlyList<Receipt>> ReceiptsAsync(IReadOnlyList<Sending> sendings, CancellationToken stop)
    {
        // Those before the last are in a block when it is, so one question usually answers for all.
        var last = await _outbox.WaitAsync(sendings[^1], stop);
        var receipts = new List<Receipt>(sendings.Count);
        var found = await _client.ReceiptsAsync([.. sendings.SkipLast(1).Select(s => s.Hashes[0])], stop);
        foreach (var (sending, receipt) in sendings.SkipLast(1).Zip(found))
        {
            if (receipt is not null)
                _outbox.Done(sending);
            receipts.Add(receipt ?? await _outbox.WaitAsync(sending, stop));
        }
        receipts.Add(last);
        foreach (var (sending, receipt) in sendings.Zip(receipts))
            if (!receipt.Succeeded)
                throw await _client.ExplainAsync(sending.Payload, sending.GasLimit, receipt, stop);
        return receipts;
    }
}
