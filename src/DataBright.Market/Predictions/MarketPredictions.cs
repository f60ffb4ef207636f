using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Predictions;

namespace DataBright.Market;

/// <summary>Predictions as a part of the market.</summary>
public static class MarketPredictions
{
    extension(Ledger ledger)
    {
        public PredictionLedger Predictions => ledger.Part(static all => new PredictionLedger(all));
    }

    extension(IndexEngine index)
    {
        public PredictionIndex Predictions => index.Part(static (file, market) => new PredictionIndex(file, market.Predictions));
    }

    extension(MarketAddresses at)
    {
        public Address Predictions => at["Predictions"];
    }
}
