using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Workers;

namespace DataBright.Market;

/// <summary>Workers as a part of the market.</summary>
public static class MarketWorkers
{
    extension(Ledger ledger)
    {
        public WorkerLedger Workers => ledger.Part(static all => new WorkerLedger(all));
    }

    extension(IndexEngine index)
    {
        public WorkerIndex Workers => index.Part(static (file, _) => new WorkerIndex(file));
    }

    extension(MarketAddresses at)
    {
        public Address Workers => at["Workers"];
    }
}
