using System.Security.Cryptography;
using System.Text;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Proposals;

/// <summary>
/// The salt of a shielded vote, derived from the voter's own key (HMAC-SHA-256 of the market and the proposal): nobody else can know it,
/// and nothing has to be kept between committing and revealing.
/// </summary>
internal sealed class BallotSalt(EthereumKey voter, MarketAddresses market)
{
    public Hash32 Of(ProposalId proposal)
    {
        var secret = new byte[EthereumKey.Size];
        try
        {
            voter.CopySecretTo(secret);
            return new Hash32(HMACSHA256.HashData(secret,
                Encoding.UTF8.GetBytes($"databright ballot salt\n{market.ChainId}\n{market.Proposals}\n{proposal}")));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
