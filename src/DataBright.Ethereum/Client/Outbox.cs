using System.Security.Cryptography;

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

    /// <summary>Raises of a waiting transaction at once, each by an eighth: nearly to its fourfold.</summary>
    private const int MaxBumps = 11;

    private readonly EthereumClient _client;
    private readonly EthereumKey _key;
    private readonly TimeProvider _clock;
    private readonly SendingOptions _options;
    private readonly SentBook _book = new(Kept);
    private readonly FeeQuote _fees;
    private readonly SentTransactions _sent;
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>
    /// A few wei more, other ones in each process. Signatures are deterministic: two processes of one key that send the same call would
    /// make the same transaction otherwise, and two wanted acts would be one.
    /// </summary>
    private readonly uint _mark = (uint)RandomNumberGenerator.GetInt32(1 << 20);

    private ulong? _chainId;
    private ulong? _next;

    public Outbox(EthereumClient client, EthereumKey key, TimeProvider clock, SendingOptions options)
    {
        (_client, _key, _clock, _options) = (client, key, clock, options);
        (_fees, _sent) = (new FeeQuote(client, options.FeesLast, clock), new SentTransactions(client, key.Address));
    }

    public async Task BroadcastAsync(Sending sending, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            await OfferNewAsync(sending, stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Signs for the next nonce and broadcasts; for whoever has the turn.</summary>
    private async Task OfferNewAsync(Sending sending, CancellationToken stop)
    {
        Fees? raised = null;
        for (int attempt = 1, raises = 0; ; attempt++)
        {
            _chainId ??= await _client.ChainIdAsync(stop);
            var nonce = _next ?? await _client.NonceAsync(_key.Address, BlockTag.Pending, stop);
            sending.Sign(_key, _chainId.Value, nonce, (raised ?? await _fees.CurrentAsync(stop)).Plus(_mark).AtMost(_options.MaxPerGas));
            _next = null; // Where no answer comes the node may have it or not: the next one asks for its nonce.
            var refusal = await OfferAsync(sending, stop);
            // What is said of a later attempt may be because of an earlier one: it keeps its nonce, and whoever waits for it finds out.
            if (refusal is null || (sending.IsSent && refusal.Meaning != RpcMeaning.FeeTooLow))
            {
                _book.Add(sending);
                _client.Metrics?.Sent.Add(1);
                sending.Await(_client.Metrics);
                _next = nonce + 1;
                return;
            }
            _fees.Forget();
            if (attempt == MaxNonceAttempts)
                throw refusal;
            if (refusal.Meaning == RpcMeaning.FeeTooLow)
            {
                // The same nonce: what was refused is nowhere, and no gap is left.
                raised = await RaisedAsync(sending.Fees, ++raises, refusal, stop);
                _next = nonce;
                continue;
            }
            (raised, raises) = (null, 0);
            _next = refusal.Meaning switch
            {
                RpcMeaning.NonceTaken => null,
                // Where the node does not count what waits, the one after it is the best guess.
                RpcMeaning.NonceWaits => Math.Max(nonce + 1, await _client.NonceAsync(_key.Address, BlockTag.Pending, stop)),
                _ => throw refusal,
            };
        }
    }

    /// <summary>More than was too little: ever more times as much, up to what the signer offers at most.</summary>
    private async Task<Fees> RaisedAsync(Fees tooLow, int raises, RpcException refusal, CancellationToken stop)
    {
        if (tooLow.Max >= _options.MaxPerGas)
            throw new ChainException(ChainFault.TooDear, _client.Rpc.Url,
                $"finds {_options.MaxPerGas} wei per gas too little ({refusal.Text.TrimEnd('.')})",
                "That is the most this signer offers, and nothing was sent: try again when the chain asks less.", refusal);
        return tooLow.Raised(1UL << Math.Min(raises, 16), await _client.TipAsync(stop) ?? Uint256.Zero, await _fees.CurrentAsync(stop));
    }

    /// <summary>What was given up gets another nonce or none, and what the next one is, is asked again.</summary>
    private void Forget(Sending sending)
    {
        _book.Remove(sending);
        _next = null;
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
            sending.IsSent |= refusal.FollowsLostAnswer;
            return refusal.Meaning switch
            {
                RpcMeaning.AlreadyKnown => null,
                // What is said of the second attempt may be because of the first.
                not RpcMeaning.FeeTooLow when refusal.FollowsLostAnswer => null,
                RpcMeaning.NonceTaken when await FindAsync(sending, stop) is not null => null,
                RpcMeaning.NonceWaits when await IsKnownAsync(sending.Hashes[0], stop) => null,
                _ => refusal,
            };
        }
        catch (ChainException fault) when (fault.Fault != ChainFault.Refused)
        {
            // It may have arrived. It keeps its nonce, and whoever waits for it broadcasts it again.
            return null;
        }
    }

    private async Task<bool> IsKnownAsync(Hash32 transaction, CancellationToken stop) =>
        await _client.TransactionAsync(transaction, stop) is not null;

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
                    sending.Block = receipt.BlockNumber;
                    return receipt;
                }
                if (watch.IsTimeToCheck())
                    await RescueAsync(sending, watch, stop);
            }
            catch (ChainCallException fault) when (fault.IsTransient)
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
                // The receipt is looked for again first: a node may show it late.
                if (await FindAsync(sending, stop) is null && watch.IsNonceSurelyTaken() && await IsTakenAsync(sending, stop))
                {
                    Forget(sending);
                    await OfferNewAsync(sending, stop);
                    watch.StartAgain();
                }
                return;
            }
            await FillGapsAsync(executed, sending.Nonce, watch, stop);
            var current = await _client.FeesAsync(stop);
            // Below the base fee it would wait for ever on a chain that makes no empty blocks.
            if (watch.IsTimeToBump() || sending.Fees.Max + sending.Fees.Max < current.Max)
                await BumpAsync(sending, current, stop);
            else if (await OfferAsync(sending, stop) is { } refusal)
            {
                if (refusal.Meaning == RpcMeaning.FeeTooLow)
                    await BumpAsync(sending, current, stop);
                else if (refusal.Meaning == RpcMeaning.Final && !await IsKnownAsync(sending.Hashes[0], stop))
                {
                    Forget(sending);
                    throw refusal;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether a block holds another transaction with that nonce: a count may be another node's, and a receipt late.</summary>
    private async Task<bool> IsTakenAsync(Sending sending, CancellationToken stop)
    {
        try
        {
            return await _sent.WithNonceAsync(sending.Nonce, new(0, 0), stop) is { } taker && !sending.Hashes.Contains(taker.Hash);
        }
        catch (ChainCallException)
        {
            return false;
        }
    }

    /// <summary>
    /// Offers it for more under the same nonce. A node that knows an earlier version of it and wants more than that is offered more.
    /// Refused in another way it stays as it was: another process's transaction may wait with this nonce, and nobody bids against it.
    /// </summary>
    private async Task BumpAsync(Sending sending, Fees current, CancellationToken stop)
    {
        var (before, fees) = (sending.Hashes[0], sending.Fees);
        for (var step = 0; step < MaxBumps && fees.Max < _options.MaxPerGas; step++)
        {
            fees = fees.Bumped(current).AtMost(_options.MaxPerGas);
            sending.Sign(_key, _chainId!.Value, sending.Nonce, fees);
            if (await OfferAsync(sending, stop) is not { } refusal)
            {
                _client.Metrics?.Bumped.Add(1);
                return;
            }
            if (!refusal.FollowsLostAnswer)
                sending.Unsign();
            if (refusal.Meaning != RpcMeaning.FeeTooLow && !(refusal.Meaning == RpcMeaning.NonceWaits && await IsKnownAsync(before, stop)))
                return;
        }
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
            filler.Sign(_key, _chainId!.Value, gap, (await _client.FeesAsync(stop)).AtMost(_options.MaxPerGas));
            await OfferAsync(filler, stop);
        }
    }
}
