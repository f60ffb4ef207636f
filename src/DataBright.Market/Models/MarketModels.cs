using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Models;

namespace DataBright.Market;

/// <summary>Models as a part of the market.</summary>
public static class MarketModels
{
    extension(Ledger ledger)
    {
        public ModelLedger Models => ledger.Part(static all => new ModelLedger(all));
    }

    extension(IndexEngine index)
    {
        public ModelIndex Models => index.Part(static (file, _) => new ModelIndex(file));
    }

    extension(MarketAddresses at)
    {
        public Address Models => at["Models"];
    }
}
