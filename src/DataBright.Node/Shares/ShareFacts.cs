using System.Text.Json.Serialization;
using DataBright.Node.Rest;
using DataBright.Node.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Node.Owed;
using DataBright.Node.Proposals;

namespace DataBright.Node.Shares;

/// <summary>What one holder has of one dataset.</summary>
public sealed record Shareholding(Address Holder, ShareAmount Shares, Fraction Of, Money Claimed);

/// <summary>A holding as its holder sees it.</summary>
/// <param name="Claimable">As of the newest block; null where the chain does not answer now.</param>
public sealed record PortfolioHolding(DatasetId Dataset, string DatasetName, string Symbol, ShareAmount Shares, Fraction Of,
    Money? Claimable, Money Claimed);

/// <summary>Everything the market owes to, and waits for from, one address.</summary>
/// <param name="Claimable">By shares, as of the newest block; null where the chain does not answer now.</param>
/// <param name="Claimed">By shares.</param>
/// <param name="Usage">By the use of points, newest first; what this node has no evidence of is left out.</param>
/// <param name="ClaimedByUsage">What the use of points has paid so far.</param>
/// <param name="Owed">Credits outside of dividends: pay for work, refunds, rewards.</param>
public sealed record Portfolio(
    Address Holder,
    Money? Claimable,
    Money Claimed,
    Money Owed,
    IReadOnlyList<PortfolioHolding> Holdings,
    IReadOnlyList<PortfolioUsage> Usage,
    Money ClaimedByUsage,
    IReadOnlyList<ProposalSummary> VotesWaiting)
{
    /// <summary>
    /// Everything that is owed, of whatever kind, and what is not yet the account's own; null where the chain does not answer now.
    /// </summary>
    public OwedFacts? Due { get; init; }

    /// <summary>All that can be collected now beside dividends; what the ledger has credited, where no more is known.</summary>
    [JsonIgnore]
    public Money OtherCredit => Due is { } due
        ? Money.Sum(due.Debts.Where(debt => debt.Kind != DebtKind.Dividend && debt.Kind != DebtKind.UsageDividend)
            .Select(debt => debt.Amount))
        : Owed;

    /// <summary>The part of <see cref="Usage"/> that can be claimed now.</summary>
    public Money ClaimableByUsage => Money.Sum(Usage.Where(line => line.Claimable).Select(line => line.Amount));
}
