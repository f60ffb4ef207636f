namespace DataBright.Ethereum;

/// <summary>
/// Gives each transaction of one account a nonce, broadcasts it until it is in a block, and never lets two versions of
/// it be executed.
/// </summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for has nothing to dispose.
internal sealed class Outbox
#pragma warning restore CA1001
{
    /// <summary>Executed transactions that are kept to give them again to a chain that forgot them.</summary>
    private const int Kept = 512;

    /// <summary>Attempts at a nonce before other users of the key are too many to compete with.</summary>
    private const int MaxNonceAttempts = 50;

    private readonly EthereumClient _client;
    private readonly EthereumKey _key;
    private readonly TimeProvider _clock;
    private readonly SendingOptions _options;
    private readonly SentBook _book = new(Kept);
    private readonly FeeQuote _fees;
    private readonly SemaphoreSlim _turn = new(1);
    private ulong? _chainId;
    private ulong? _next;

    public Outbox(EthereumClient client, EthereumKey key, TimeProvider clock, SendingOptions options)
    {
        (_client, _key, _clock, _options) = (client, key, clock, options);
        _fees = new FeeQuote(client, options.FeesLast, clock);
    }

    public void Done(Sending sending) => _book.Done(sending);

    public async Task BroadcastAsync(IReadOnlyList<Sending> sendings, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            // One request each: the first that is refused leaves no gap for those after it.
            foreach (var sending in sendings)
                await BroadcastAsync(sending, stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task BroadcastAsync(Sending sending, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            _chainId ??= await _client.ChainIdAsync(stop);
            _next ??= await _client.NonceAsync(_key.Address, BlockTag.Pending, stop);
            sending.Sign(_key, _chainId.Value, _next.Value, await _fees.CurrentAsync(stop));
            // In the book before on the wire: from here on it must never get another nonce by accident.
            _book.Add(sending);
            var refusal = await OfferAsync(sending, stop);
            if (refusal is null)
            {
                _client.Metrics?.Sent.Add(1);
                sending.Await(_client.Metrics);
                _next++;
                return;
            }
            _book.Remove(sending);
            _fees.Forget();
            _next = SendRefusals.Classify(refusal) switch
            {
                SendRefusal.NonceTaken => null,
                // Where the node does not count what waits, the one after it is the best guess.
                SendRefusal.NonceWaits => Math.Max(_next.Value + 1, await _client.NonceAsync(_key.Address, BlockTag.Pending, stop)),
                SendRefusal.FeeTooLow => _next,
                _ => throw Final(refusal),
            };
            if (attempt == MaxNonceAttempts)
                throw Final(refusal);
        }
    }

    private RpcException Final(RpcException refusal)
    {
        _next = null;
        return refusal;
    }

    /// <summary>Gives a transaction to the node; null where the node has it, or may have it.</summary>
    private async Task<RpcException?> OfferAsync(Sending sending, CancellationToken stop)
    {
        try
        {
            await _client.SendRawAsync(sending.Raw, stop);
            return null;
        }
        catch (RpcException refusal)
        {
            return SendRefusals.Classify(refusal) switch
            {
                SendRefusal.AlreadyKnown => null,
                // After a lost answer the second attempt finds the first one executed.
                SendRefusal.NonceTaken when await FindAsync(sending, stop) is not null => null,
                _ => refusal,
            };
        }
        catch (ChainException fault) when (fault.IsPassing)
        {
            // It may have arrived. It keeps its nonce, and whoever waits for it broadcasts it again.
            return null;
        }
        catch (ChainException)
        {
            _next = null; // It may have arrived, and nobody will wait for it: what the chain says counts.
            throw;
        }
    }

    private async Task<Receipt?> FindAsync(Sending sending, CancellationToken stop) =>
        (await _client.ReceiptsAsync(sending.Hashes, stop)).FirstOrDefault(r => r is not null);

    /// <summary>Waits until a transaction is in a block.</summary>
    public async Task<Receipt> WaitAsync(Sending sending, CancellationToken stop)
    {
        var watch = new ReceiptWatch(sending, _options, _clock);
        while (true)
        {
            try
            {
                if (await FindAsync(sending, stop) is { } receipt)
                {
                    _book.Done(sending);
                    return receipt;
                }
                if (watch.IsTimeToCheck())
                    await RescueAsync(sending, watch, stop);
            }
            catch (ChainException fault) when (fault.IsPassing)
            {
                watch.LastFault = fault; // The chain may come back; the transaction keeps its nonce until then.
            }
            await watch.PauseAsync(stop);
        }
    }

    /// <summary>Something keeps a transaction out of the blocks: finds out what, and helps.</summary>
    private async Task RescueAsync(Sending sending, ReceiptWatch watch, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            var executed = await _client.NonceAsync(_key.Address, BlockTag.Latest, stop);
            if (executed > sending.Nonce)
            {
                // Another process used the nonce. The receipt is looked for again first: a node may show it late.
                if (await FindAsync(sending, stop) is null && watch.IsNonceSurelyTaken())
                {
                    _book.Remove(sending);
                    _next = null;
                    await BroadcastAsync(sending, stop);
                    watch.StartAgain();
                }
                return;
            }
            await FillGapsAsync(executed, sending.Nonce, watch, stop);
            var current = await _client.FeesAsync(stop);
            // Below the base fee it would wait for ever on a chain that makes no empty blocks.
            if (watch.IsTimeToBump() || sending.Fees.Max + sending.Fees.Max < current.Max)
                await BumpAsync(sending, current, stop);
            else if (await OfferAsync(sending, stop) is { } refusal && SendRefusals.Classify(refusal) == SendRefusal.FeeTooLow)
                await BumpAsync(sending, current, stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task BumpAsync(Sending sending, Fees current, CancellationToken stop)
    {
        sending.Sign(_key, _chainId!.Value, sending.Nonce, sending.Fees.Bumped(current));
        // Refused, it stays as it was. Another process's transaction may wait with this nonce: no bidding against it,
        // the call gets another nonce once that one is executed.
        if (await OfferAsync(sending, stop) is not null)
            sending.Unsign();
        else
            _client.Metrics?.Bumped.Add(1);
    }

    /// <summary>
    /// A transaction waits for all nonces before its own. Ours are broadcast again; a nonce that nobody seems to use is
    /// filled with a transfer of nothing to ourselves.
    /// </summary>
    private async Task FillGapsAsync(ulong executed, ulong nonce, ReceiptWatch watch, CancellationToken stop)
    {
        for (var gap = executed; gap < nonce; gap++)
        {
            if (_book.Find(gap) is { } ours)
            {
                await OfferAsync(ours, stop);
                continue;
            }
            if (!watch.MayFill(nonce - executed))
                return;
            var filler = new Sending(new Payload(_key.Address, default, default, null, "A filler"), 21_000);
            filler.Sign(_key, _chainId!.Value, gap, await _client.FeesAsync(stop));
            await OfferAsync(filler, stop);
        }
    }
}
