using DataBright.Market;

namespace DataBright.Node.Ledger;

/// <summary>The time by which the market's deadlines are judged.</summary>
internal sealed class MarketClock(LedgerIndex index, TimeProvider clock)
{
    /// <summary>By the chain's own clock where that is ahead, as it may be on a chain for development.</summary>
    public DateTimeOffset Now => index.Position.At is var block && clock.GetUtcNow() is var now && block > now ? block : now;
}
