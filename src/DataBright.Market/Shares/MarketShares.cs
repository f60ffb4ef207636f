using DataBright.Market.Index;
using DataBright.Market.Shares;

namespace DataBright.Market;

/// <summary>Shares as a part of the market.</summary>
public static class MarketShares
{
    extension(Ledger ledger)
    {
        public ShareLedger Shares => ledger.Part(static all => new ShareLedger(all));
    }

    extension(IndexEngine index)
    {
        public ShareIndex Shares => index.Part(static (file, _) => new ShareIndex(file));
    }
}
