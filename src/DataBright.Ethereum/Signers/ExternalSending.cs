namespace DataBright.Ethereum;

/// <summary>
/// One transaction that a signer elsewhere is asked for: from the question to the receipt, checked against the chain at each step.
/// </summary>
/// <param name="signer">Who is asked.</param>
/// <param name="chain">The chain that is believed.</param>
/// <param name="from">The account.</param>
/// <param name="payload">What the transaction is to do.</param>
/// <param name="before">How the account stood before the question.</param>
/// <param name="clock">Paces the waiting.</param>
internal sealed class ExternalSending(ExternalSigner signer, EthereumClient chain, Address from, Payload payload,
    SentTransactions.Mark before, TimeProvider clock)
{
    /// <summary>
    /// Looks at a nonce that another transaction used, before ours is said to be replaced: a node may show a receipt late.
    /// </summary>
    private const int MaxNonceChecks = 3;

    private readonly SentTransactions _sent = new(chain, from);

    private string What => payload.Function ?? "The transaction";

    /// <summary>Asks once. Where no usable answer comes, the chain is looked at before anything is said.</summary>
    public async Task<SentTransaction> AskAsync(ulong gas, ulong chainId, CancellationToken stop)
    {
        Hash32 named;
        try
        {
            named = await signer.SendAsync(from, payload, gas, chainId, stop);
        }
        catch (SignerException lost) when (lost.Fault == SignerFault.OutcomeUnknown)
        {
            return await LookAsync(stop) ?? throw Unknown(lost.Message, lost);
        }
        catch (Exception refusal) when (refusal is RpcException or SignerException { Fault: not SignerFault.Unreachable })
        {
            // An error says that nothing was sent; a signer that failed after it had broadcast says so too, and one that lies.
            if (await LookAfterRefusalAsync(refusal, stop) is { } sent)
                return sent;
            throw;
        }
        catch (OperationCanceledException)
        {
            signer.Options.Asking?.Invoke(
                $"Interrupted while the signer at {signer.Shown} was asked. Decline it there: if it is approved later, {What} is still "
                + "sent.");
            throw;
        }
        return await AppearAsync(named, stop);
    }

    /// <summary>Waits until it is in a block. A person may make it dearer meanwhile, which gives it another hash.</summary>
    public async Task<Receipt> WaitAsync(SentTransaction sent, CancellationToken stop)
    {
        var pace = new PollingPace(signer.Options.Sending, clock);
        for (int looks = 0; ;)
        {
            try
            {
                if (await chain.ReceiptAsync(sent.Hash, stop) is { } receipt)
                    return receipt;
                if (await chain.NonceAsync(from, BlockTag.Latest, stop) > sent.Nonce && ++looks >= MaxNonceChecks)
                    sent = await ReplacementAsync(sent, stop);
            }
            catch (ChainCallException fault) when (fault.IsTransient || fault is RpcException)
            {
                pace.LastFault = fault; // A node that keeps no old states cannot say what took the nonce. The receipt may still come.
            }
            if (pace.Waited >= signer.Options.Sending.GiveUpAfter)
                throw new TransactionPendingException(sent.Hash, sent.Nonce, pace.Waited, pace.LastFault);
            await pace.PauseAsync(stop);
        }
    }

    /// <summary>
    /// What the signer says it sent, once the chain knows it. Nothing but that very deed, done after the question, counts.
    /// </summary>
    private async Task<SentTransaction> AppearAsync(Hash32 named, CancellationToken stop)
    {
        var pace = new PollingPace(signer.Options.Sending, clock);
        while (true)
        {
            try
            {
                if (await chain.TransactionAsync(named, stop) is { } sent)
                    return sent.Nonce < before.Nonce
                        ? throw Wrong(named, $"which has the nonce {sent.Nonce} and was sent before it was asked")
                        : sent.Does(payload, from) ? sent : throw Wrong(named, "which does something else than was asked");
            }
            catch (ChainCallException fault)
            {
                pace.LastFault = fault; // What answers oddly now may answer properly later; the minute ends it.
            }
            if (pace.Waited >= signer.Options.AppearWithin)
                return await LookAsync(stop) ?? throw Unknown(
                    $"The signer at {signer.Shown} says that it sent transaction {named}, which the chain does not know after "
                    + $"{pace.Waited.TotalSeconds:0} s.", pace.LastFault, named);
            await pace.PauseAsync(stop);
        }
    }

    private async Task<SentTransaction> ReplacementAsync(SentTransaction sent, CancellationToken stop)
    {
        var taken = await _sent.WithNonceAsync(sent.Nonce, before, stop);
        return taken is null || taken.Does(payload, from) ? taken ?? sent : throw new SignerException(SignerFault.WrongTransaction,
            $"Transaction {sent.Hash} was replaced by {taken.Hash}, which has the same nonce {sent.Nonce} and does something else: {What} "
            + $"was not done. Look at {taken.Hash} to see what was.")
        { Transaction = taken.Hash };
    }

    /// <summary>
    /// Looks whether it was sent although the signer said no. Where the chain cannot be asked, the signer's word is not enough.
    /// </summary>
    private async Task<SentTransaction?> LookAfterRefusalAsync(Exception refusal, CancellationToken stop)
    {
        try
        {
            return await _sent.FindAsync(payload, before, stop);
        }
        catch (ChainCallException fault)
        {
            throw Unknown($"{refusal.Message} The chain could not be asked whether that is so: {fault.Message}", fault);
        }
    }

    /// <summary>Looks whether it was sent although nobody said so. Where the chain cannot be asked either, nothing is known.</summary>
    private async Task<SentTransaction?> LookAsync(CancellationToken stop)
    {
        try
        {
            return await _sent.FindAsync(payload, before, stop);
        }
        catch (ChainCallException)
        {
            return null;
        }
    }

    private SignerException Wrong(Hash32 named, string how) => new(SignerFault.WrongTransaction,
        $"The signer at {signer.Shown} was asked to send {What} and named transaction {named}, {how}. Money may have moved. Look at that "
        + $"transaction and at the account {from}, and do not use this signer before you know why.")
    { Transaction = named };

    private SignerException Unknown(string happened, Exception? cause, Hash32? named = null) => new(SignerFault.OutcomeUnknown,
        $"{happened} Whether {What} was sent is not known: the chain shows no such transaction of {from} from nonce {before.Nonce} on. It "
        + "may still be sent if somebody approves it. Look there and at the account before you do the same again.", cause)
    { Transaction = named };
}
