using DataBright.Ethereum;
using DataBright.Market.Owed;
using DataBright.Node.Owed;

namespace DataBright.Node.Ledger;

internal sealed partial class IndexedMarket
{
    /// <summary>An account may be owed by hundreds of jobs, whose sheets are read.</summary>
    private static readonly TimeSpan OwedPatience = TimeSpan.FromSeconds(10);

    public Task<OwedAccount?> OwedAsync(Address account, CancellationToken stop) =>
        AskChainAsync(timeout => new OwedQuery(ledger, index, owedSheets, clock).ReadAsync(account, timeout), stop, OwedPatience);

    public async Task<OwedFacts?> DueAsync(Address account, CancellationToken stop) => await OwedAsync(account, stop) is { } owed ? OwedFacts.Of(owed, market) : null;
}
