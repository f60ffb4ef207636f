using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Shares;
using DataBright.Node.Ledger;
using DataBright.Node.Owed;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Usage;

namespace DataBright.Node.Shares;

/// <summary>Portfolios from the index, with what shares have earned from the contracts.</summary>
internal sealed class PortfolioReader(
    LedgerIndex index, Market.Ledger ledger, ChainQueries chain, ProposalSummaries proposals, UsageReader usage, IOwedReader owed)
        : IPortfolioReader
{
    private const int MaxHoldings = 100;
    private const int MaxVotes = 50;
    private const int MaxClaims = 10_000;

    public async Task<Portfolio> ReadAsync(Address holder, CancellationToken stop)
    {
        var held = index.Shares.HoldingsOf(holder).Take(MaxHoldings).ToArray();
        var claimable = await ClaimableAsync(held, holder, stop);
        var holdings = held.Select((holding, i) => Holding(holding, claimable?[i])).OfType<PortfolioHolding>().ToArray();
        return new Portfolio(
            holder, claimable is null ? null : Money.Sum(claimable), Money.Sum(held.Select(holding => holding.Claimed)),
            index.Shares.CreditOf(holder).Owed, holdings,
            await usage.WaitingAsync(holder, stop), Money.Sum(index.Usage.ClaimsOf(holder,
                new SliceRequest(MaxClaims)).Items.Select(claim => claim.Amount)),
            [.. index.Proposals.WaitingFor(holder, MaxVotes).Select(proposals.Of)])
        {
            Due = claimable is null ? null : await owed.FactsAsync(holder, stop),
        };
    }

    private PortfolioHolding? Holding(IndexedHolding holding, Money? claimable) =>
        index.Datasets.Find(holding.Dataset) is not { } dataset ? null : new PortfolioHolding(
        holding.Dataset, dataset.Name, dataset.Symbol, holding.Shares, Fraction.Of(holding.Shares.Units, dataset.Supply.Units), claimable,
        holding.Claimed);

    /// <summary>
    /// What shares have earned changes without an event of the holder's own, so the contracts are asked; null where they do not answer in
    /// time.
    /// </summary>
    private Task<Money[]?> ClaimableAsync(IReadOnlyList<IndexedHolding> held, Address holder, CancellationToken stop) =>
        chain.AskAsync(timeout => Task.WhenAll(held.Select(holding => ledger.Shares.ClaimableAsync(holding.Dataset, holder, timeout))),
            stop);
}
