using System.Text;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Proposals;

/// <summary>
/// The salt of a shielded vote, drawn from the voter's own key by a deterministic signature (RFC 6979): nobody else can know it, and
/// nothing has to be kept between committing and revealing.
/// </summary>
internal sealed class BallotSalt(EthereumKey voter, MarketAddresses market)
{
    public Hash32 Of(ProposalId proposal)
    {
        var about = Keccak.Hash(Encoding.UTF8.GetBytes($"databright ballot salt\n{market.ChainId}\n{market.Proposals}\n{proposal}"));
        return Keccak.Hash(voter.Sign(about).ToBytes());
    }
}
