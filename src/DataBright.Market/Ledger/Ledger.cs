using System.Collections.Concurrent;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The market on its chain. Each word adds its part: what it reads and sends is in its own folder.</summary>
/// <remarks>
/// What is read is as of the newest block. Looking for something that is not there gives null; what the rules forbid
/// throws <see cref="RuleBrokenException"/>; a chain that does not answer throws <see cref="ChainException"/>.
/// </remarks>
public sealed class Ledger
{
    private readonly ConcurrentDictionary<Type, object> _parts = [];

    public Ledger(EthereumClient client, MarketAddresses addresses)
    {
        (Client, Addresses) = (client, addresses);
        Dollars = new DollarLedger(this);
    }

    public EthereumClient Client { get; }

    public MarketAddresses Addresses { get; }

    public DollarLedger Dollars { get; }

    /// <summary>The part of one word, made when it is first asked for. Each word offers its own as a property of the ledger.</summary>
    internal T Part<T>(Func<Ledger, T> make) where T : class =>
        (T)_parts.GetOrAdd(typeof(T), static (_, one) => one.make(one.ledger), (make, ledger: this));

    /// <summary>Reads from a contract, its refusals translated.</summary>
    internal async Task<T> ReadAsync<T>(ContractCall<T> call, CancellationToken stop)
    {
        try
        {
            return await Client.CallAsync(call, stop: stop);
        }
        catch (RevertException revert) when (RuleBrokenException.From(revert) is { } broken)
        {
            throw broken;
        }
    }

    /// <summary>Tries a transaction out on the chain's present state. Nothing is sent.</summary>
    /// <exception cref="RuleBrokenException">The market's rules forbid it now.</exception>
    public async Task SimulateAsync(ContractCall call, Address sender, CancellationToken stop)
    {
        try
        {
            await Client.SimulateAsync(call, sender, stop: stop);
        }
        catch (RevertException revert) when (RuleBrokenException.From(revert) is { } broken)
        {
            throw broken;
        }
    }

    /// <summary>Reads something that may not exist: the contract's own refusal of that name is null here.</summary>
    internal async Task<T?> FindAsync<T>(ContractCall<T> call, Rule unknown, CancellationToken stop) where T : class
    {
        try
        {
            return await ReadAsync(call, stop);
        }
        catch (RuleBrokenException broken) when (broken.Rule == unknown)
        {
            return null;
        }
    }
}
