using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>Somebody who acts on the market: an account, and the way its transactions take.</summary>
/// <param name="client">The chain.</param>
/// <param name="account">Signs and sends; with a key of this process, or through a signer elsewhere.</param>
/// <param name="onSent">Told of every transaction that went through, for those who count gas.</param>
public sealed class Signer(EthereumClient client, IAccount account, Action<ContractCall, Receipt>? onSent = null)
    : IMessageSigner, IDisposable
{
    private readonly SemaphoreSlim _spending = new(1, 1);

    /// <summary>Somebody whose key is in this process.</summary>
    /// <param name="client">The chain.</param>
    /// <param name="key">Stays the caller's to dispose.</param>
    /// <param name="clock">Paces the waiting for receipts.</param>
    /// <param name="onSent">Told of every transaction that went through, for those who count gas.</param>
    /// <param name="sending">How patiently and generously it sends; null for the defaults.</param>
    public Signer(EthereumClient client, EthereumKey key, TimeProvider clock, Action<ContractCall, Receipt>? onSent = null,
        SendingOptions? sending = null)
        : this(client, new LocalAccount(client, key, clock, sending), onSent)
    {
    }

    public Address Address => account.Address;

    /// <summary>Whether nothing is sent: what would be is executed by the node and forgotten.</summary>
    public bool Rehearses => account is RehearsedAccount;

    /// <summary>Whether the key is in this process, and can do more than sign messages and transactions.</summary>
    public bool HasKey => Actor is LocalAccount;

    /// <exception cref="InvalidOperationException">The key is elsewhere; <see cref="HasKey"/> tells.</exception>
    public EthereumKey Key => Actor is LocalAccount local
        ? local.Key : throw new InvalidOperationException($"The key of {Address} is not in this process.");

    private IAccount Actor => account is RehearsedAccount rehearsed ? rehearsed.Account : account;

    /// <summary>The last transaction that went through, approvals of sums apart; null before the first.</summary>
    public Receipt? LastSent { get; private set; }

    /// <inheritdoc/>
    public Task<Signature> SignAsync(TypedMessage message, CancellationToken stop) => account.SignAsync(message, stop);

    /// <summary>Sends a transaction and waits until it is in a block.</summary>
    /// <exception cref="RuleBrokenException">The market's rules forbid it; in nearly every case nothing was spent.</exception>
    public async Task<Receipt> SendAsync(ContractCall call, CancellationToken stop)
    {
        try
        {
            var receipt = await account.SendAsync(call, stop);
            if (!Rehearses && call.Function?.EndsWith(".approve", StringComparison.Ordinal) != true) LastSent = receipt;
            onSent?.Invoke(call, receipt);
            return receipt;
        }
        catch (RevertException revert) when (RuleBrokenException.From(revert) is { } broken)
        {
            throw broken;
        }
    }

    /// <summary>Creates a contract.</summary>
    internal async Task<Receipt> DeployAsync(string contract, byte[] initCode, CancellationToken stop)
    {
        var receipt = await account.DeployAsync(initCode, stop);
        onSent?.Invoke(new ContractCall(Address.Zero, initCode) { Function = $"{contract}.constructor" }, receipt);
        return receipt;
    }

    /// <summary>Does an act: approves exactly the sum it takes, sends it, and reads what came of it.</summary>
    /// <exception cref="RuleBrokenException">The market's rules forbid it; in nearly every case nothing was spent.</exception>
    public async Task<T> SendAsync<T>(LedgerAct<T> act, CancellationToken stop) => act.Read(await SendAsync((LedgerAct)act, stop));

    /// <summary>Does an act: approves exactly the sum it takes, and sends it.</summary>
    /// <remarks>Those that take money go one at a time, so that two do not spend each other's approval.</remarks>
    /// <exception cref="RuleBrokenException">The market's rules forbid it; in nearly every case nothing was spent.</exception>
    public async Task<Receipt> SendAsync(LedgerAct act, CancellationToken stop)
    {
        if (act.Takes is not { } approval) return await SendAsync(act.Call, stop);
        await _spending.WaitAsync(stop);
        try
        {
            if (await approval.FindMissingAsync(client, Address, stop) is { } approve) await SendAsync(approve, stop);
            return await SendAsync(act.Call, stop);
        }
        finally
        {
            _spending.Release();
        }
    }

    public void Dispose() => _spending.Dispose();
}
