using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Owed;
using DataBright.Node.Ledger;

namespace DataBright.Node.Owed;

/// <summary>Debts to an account, from the index and from the contracts.</summary>
internal sealed class OwedReader(
    LedgerIndex index, Market.Ledger ledger, ISheets sheets, ChainQueries chain, TimeProvider clock) : IOwedReader
{
    /// <summary>An account may be owed by hundreds of jobs, whose sheets are read.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public Task<OwedAccount?> FindAsync(Address account, CancellationToken stop) =>
        chain.AskAsync(timeout => new OwedQuery(ledger, index, sheets, clock).ReadAsync(account, timeout), stop, Timeout);

    public async Task<OwedFacts?> FactsAsync(Address account, CancellationToken stop) =>
        await FindAsync(account, stop) is { } owed ? OwedFacts.Of(owed) : null;
}
