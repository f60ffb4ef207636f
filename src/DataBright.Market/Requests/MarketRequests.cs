using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Requests;

namespace DataBright.Market;

/// <summary>Requests as a part of the market.</summary>
public static class MarketRequests
{
    extension(Ledger ledger)
    {
        public RequestLedger Requests => ledger.Part(static all => new RequestLedger(all));
    }

    extension(IndexEngine index)
    {
        public RequestIndex Requests => index.Part(static (file, _) => new RequestIndex(file));
    }

    extension(MarketAddresses at)
    {
        public Address Requests => at["Requests"];
    }
}
