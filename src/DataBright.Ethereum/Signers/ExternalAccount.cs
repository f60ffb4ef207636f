namespace DataBright.Ethereum;

/// <summary>
/// An account whose key a signer elsewhere has. The signer chooses nonces and fees, and a person may decide there. What it says it
/// sent counts only once the chain shows a transaction that does exactly what was asked and is newer than the question.
/// </summary>
/// <remarks>Safe for many callers at once; the signer is asked for one thing at a time.</remarks>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for has nothing to dispose.
public sealed class ExternalAccount : IAccount
#pragma warning restore CA1001
{
    private readonly ExternalSigner _signer;
    private readonly EthereumClient _chain;
    private readonly ulong _chainId;
    private readonly TimeProvider _clock;
    private readonly SentTransactions _sent;
    private readonly SemaphoreSlim _turn = new(1);

    private ExternalAccount(ExternalSigner signer, EthereumClient chain, Address address, ulong chainId, TimeProvider clock)
    {
        (_signer, _chain, Address, _chainId, _clock) = (signer, chain, address, chainId, clock);
        _sent = new SentTransactions(chain, address);
    }

    /// <summary>Asks the signer for its accounts and takes one.</summary>
    /// <param name="signer">The signer.</param>
    /// <param name="chain">The chain on which the account acts; not the signer's own view of it.</param>
    /// <param name="named">The account; null takes the only one.</param>
    /// <param name="clock">Paces the waiting.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="SignerException">The signer is not there, stands on another chain, or does not offer the account.</exception>
    public static async Task<ExternalAccount> OpenAsync(ExternalSigner signer, EthereumClient chain, Address? named, TimeProvider clock,
        CancellationToken stop = default)
    {
        var chainId = await chain.ChainIdAsync(stop);
        await signer.RequireChainAsync(chainId, stop);
        return new ExternalAccount(signer, chain, await signer.ChooseAsync(named, stop), chainId, clock);
    }

    /// <inheritdoc/>
    public Address Address { get; }

    /// <inheritdoc/>
    public async Task<Signature> SignAsync(TypedMessage message, CancellationToken stop = default)
    {
        if (message.ChainId != (Uint256)_chainId)
            throw new ArgumentException($"The message is for chain {message.ChainId}; the account acts on chain {_chainId}.",
                nameof(message));
        await _turn.WaitAsync(stop);
        try
        {
            await _signer.RequireChainAsync(_chainId, stop);
            return await _signer.SignAsync(Address, message, stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public Task<Receipt> SendAsync(ContractCall call, CancellationToken stop = default) => SendAsync(new Payload(call), stop);

    /// <inheritdoc/>
    public Task<Receipt> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken stop = default) =>
        SendAsync(new Payload(null, initCode, default, null, "The constructor"), stop);

    private async Task<Receipt> SendAsync(Payload payload, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            var gas = await GasAsync(payload, stop);
            await _signer.RequireChainAsync(_chainId, stop);
            var sending = new ExternalSending(_signer, _chain, Address, payload, await _sent.NowAsync(stop), _clock);
            var sent = await sending.AskAsync(gas, _chainId, stop);
            try
            {
                return await _chain.RequireSuccessAsync(payload, sent.Gas, await sending.WaitAsync(sent, stop), stop);
            }
            catch (ChainCallException fault)
            {
                throw new TransactionSentException(sent.Hash, sent.Nonce, null, fault);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What the contract refuses is refused here, before a person is asked.</summary>
    private async Task<ulong> GasAsync(Payload payload, CancellationToken stop)
    {
        var estimate = await _chain.EstimateAsync(payload, Address, stop);
        return payload.GasLimit ?? estimate + estimate * (ulong)_signer.Options.Sending.GasMargin / 100;
    }
}
