using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Datasets;

namespace DataBright.Market;

/// <summary>Datasets as a part of the market.</summary>
public static class MarketDatasets
{
    extension(Ledger ledger)
    {
        public DatasetLedger Datasets => ledger.Part(static all => new DatasetLedger(all));
    }

    extension(IndexEngine index)
    {
        public DatasetIndex Datasets => index.Part(static (file, _) => new DatasetIndex(file));
    }

    extension(MarketAddresses at)
    {
        public Address Datasets => at["Datasets"];
    }
}
