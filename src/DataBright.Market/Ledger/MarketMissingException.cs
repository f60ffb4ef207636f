using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The chain answers but the market's contracts are not on it.</summary>
public sealed class MarketMissingException(MarketAddresses addresses, Address contract) : DataBrightException(
    FailureKind.Unavailable,
    $"The chain {addresses.ChainId} has no contract at {contract}: it was reset, or it is another chain with the same number. " +
    "Point to the chain the market was set up on, or set up a new market.");
