using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Shares;
using DataBright.Node.Shares;

namespace DataBright.Node.Ledger;

internal sealed partial class IndexedMarket
{
    private const int MaxHoldings = 100;
    private const int MaxVotes = 50;
    private const int MaxClaims = 10_000;

    private static readonly TimeSpan ChainPatience = TimeSpan.FromSeconds(2);

    public async Task<Portfolio> PortfolioAsync(Address holder, CancellationToken stop)
    {
        var held = index.Shares.HoldingsOf(holder).Take(MaxHoldings).ToArray();
        var claimable = await ClaimableAsync(held, holder, stop);
        var holdings = held.Select((holding, i) => Holding(holding, claimable?[i])).OfType<PortfolioHolding>().ToArray();
        return new Portfolio(
            holder, claimable is null ? null : Sum(claimable), Sum(held.Select(holding => holding.Claimed)), index.Shares.CreditOf(holder).Owed, holdings,
            await UsageWaitingAsync(holder, stop), Sum(index.Usage.ClaimsOf(holder, new SliceRequest(MaxClaims)).Items.Select(claim => claim.Amount)),
            [.. index.Proposals.WaitingFor(holder, MaxVotes).Select(row => Summary(row, NameOf(row.Dataset)))])
        {
            Due = claimable is null ? null : await DueAsync(holder, stop),
        };
    }

    private PortfolioHolding? Holding(IndexedHolding holding, Money? claimable) => index.Datasets.Find(holding.Dataset) is not { } dataset ? null : new PortfolioHolding(
        holding.Dataset, dataset.Name, dataset.Symbol, holding.Shares, Fraction.Of(holding.Shares.Units, dataset.Supply.Units), claimable, holding.Claimed);

    /// <summary>What shares have earned changes without an event of the holder's own, so the contracts are asked; null where they do not answer in time.</summary>
    private Task<Money[]?> ClaimableAsync(IReadOnlyList<IndexedHolding> held, Address holder, CancellationToken stop) =>
        AskChainAsync(timeout => Task.WhenAll(held.Select(holding => ledger.Shares.ClaimableAsync(holding.Dataset, holder, timeout))), stop);

    /// <summary>Asks what the index cannot know; null where the chain does not answer in time.</summary>
    private async Task<T?> AskChainAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stop, TimeSpan? limit = null) where T : class
    {
        if (head.Number is null) return null;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var timer = clock.CreateTimer(_ => timeout.Cancel(), null, limit ?? ChainPatience, Timeout.InfiniteTimeSpan);
        try
        {
            return await ask(timeout.Token);
        }
        catch (Exception e) when (e is ChainCallException or RuleBrokenException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    private static Money Sum(IEnumerable<Money> amounts) => Money.Sum(amounts);
}
