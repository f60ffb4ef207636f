using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Proposals;

namespace DataBright.Market;

/// <summary>Proposals as a part of the market.</summary>
public static class MarketProposals
{
    extension(Ledger ledger)
    {
        public ProposalLedger Proposals => ledger.Part(static all => new ProposalLedger(all));
    }

    extension(IndexEngine index)
    {
        public ProposalIndex Proposals => index.Part(static (file, _) => new ProposalIndex(file));
    }

    extension(MarketAddresses at)
    {
        public Address Proposals => at["Proposals"];
    }
}
