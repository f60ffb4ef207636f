using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Jobs;

namespace DataBright.Market;

/// <summary>Jobs as a part of the market.</summary>
public static class MarketJobs
{
    extension(Ledger ledger)
    {
        public JobLedger Jobs => ledger.Part(static all => new JobLedger(all));
    }

    extension(IndexEngine index)
    {
        public JobIndex Jobs => index.Part(static (file, _) => new JobIndex(file));
    }

    extension(MarketAddresses at)
    {
        public Address Jobs => at["Jobs"];
    }
}
