namespace DataBright.Ethereum;

/// <summary>A call that was asked for and not sent, and what it would have done.</summary>
public sealed record RehearsedCall(ContractCall Call, Rehearsed Outcome);

/// <summary>
/// An account that sends nothing. Whatever it is asked to send is executed by the node on top of the newest block and of what was asked
/// before, and forgotten; so whoever acts with it goes the same way as with the account itself.
/// </summary>
/// <param name="client">The chain.</param>
/// <param name="account">Who would act. It is asked for no transaction and no signature.</param>
public sealed class RehearsedAccount(EthereumClient client, IAccount account) : IAccount
{
    private readonly List<RehearsedCall> _calls = [];

    /// <summary>Who would act.</summary>
    public IAccount Account => account;

    /// <inheritdoc/>
    public Address Address => account.Address;

    /// <summary>What would have been sent so far, in order. What a contract would refuse is not sent.</summary>
    public IReadOnlyList<RehearsedCall> Calls => _calls;

    /// <summary>Why the last call that was asked for would not be sent; null where it would.</summary>
    public RevertException? Refusal { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="RehearsalEndedException">A signature would be given to somebody else, and what it then does nobody can take
    /// back.</exception>
    public Task<Signature> SignAsync(TypedMessage message, CancellationToken stop = default) =>
        throw new RehearsalEndedException("a signature would be made, and given to others");

    /// <inheritdoc/>
    /// <returns>The receipt of a transaction that is in no block.</returns>
    public async Task<Receipt> SendAsync(ContractCall call, CancellationToken stop = default)
    {
        ContractCall[] calls = [.. _calls.Select(before => before.Call), call];
        if (await client.RehearseAsync(calls, Address, stop) is not { } outcomes)
        {
            _calls.Add(new RehearsedCall(call, new Rehearsed(null, [], null)));
            throw new RehearsalEndedException("the node cannot rehearse transactions (eth_simulateV1), so what follows cannot be told");
        }
        var outcome = outcomes[^1];
        Refusal = outcome.Fault;
        if (Refusal is not null)
            throw Refusal;
        _calls.Add(new RehearsedCall(call, outcome));
        var block = await client.BlockNumberAsync(stop);
        return new Receipt(Hash32.Zero, block, Hash32.Zero, 0, Address, call.To, null, outcome.GasUsed ?? 0, null, true, outcome.Logs);
    }

    /// <inheritdoc/>
    public Task<Receipt> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken stop = default) =>
        throw new NotSupportedException("Contracts are not created in a rehearsal.");
}

/// <summary>A rehearsal went as far as it can: what follows needs something that was really sent or signed.</summary>
/// <param name="why">As the end of a sentence.</param>
public sealed class RehearsalEndedException(string why) : DataBrightException(FailureKind.Refused, $"The rehearsal ends here: {why}.");
