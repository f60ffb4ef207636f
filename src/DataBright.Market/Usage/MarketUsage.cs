using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Usage;

namespace DataBright.Market;

/// <summary>Usage dividends as a part of the market.</summary>
public static class MarketUsage
{
    extension(Ledger ledger)
    {
        public UsageLedger Usage => ledger.Part(static all => new UsageLedger(all));
    }

    extension(IndexEngine index)
    {
        public UsageIndex Usage => index.Part(static (file, _) => new UsageIndex(file));
    }

    extension(MarketAddresses at)
    {
        public Address Usage => at["Usage"];
    }
}
