using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Proposals;

namespace DataBright.Node.Shares;

/// <summary>What one holder has of one dataset.</summary>
public sealed record Shareholding(Address Holder, ShareAmount Shares, Fraction Of, Money Claimed);

/// <summary>A holding as its holder sees it.</summary>
/// <param name="Claimable">As of the newest block; null where the chain does not answer now.</param>
public sealed record PortfolioHolding(DatasetId Dataset, string DatasetName, string Symbol, ShareAmount Shares, Fraction Of, Money? Claimable, Money Claimed);

/// <summary>Everything the market owes to, and waits for from, one address.</summary>
/// <param name="Owed">Credits outside of dividends: pay for work, refunds, rewards.</param>
public sealed record Portfolio(
    Address Holder,
    Money? Claimable,
    Money Claimed,
    Money Owed,
    IReadOnlyList<PortfolioHolding> Holdings,
    IReadOnlyList<ProposalSummary> VotesWaiting);
