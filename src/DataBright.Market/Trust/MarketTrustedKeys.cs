using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Trust;

namespace DataBright.Market;

/// <summary>Trusted keys as a part of the market.</summary>
public static class MarketTrustedKeys
{
    extension(Ledger ledger)
    {
        public TrustedKeyLedger TrustedKeys => ledger.Part(static all => new TrustedKeyLedger(all));
    }

    extension(IndexEngine index)
    {
        public TrustedKeyIndex TrustedKeys => index.Part(static (file, _) => new TrustedKeyIndex(file));
    }

    extension(MarketAddresses at)
    {
        public Address TrustedKeys => at["TrustedKeys"];
    }
}
