using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Rest;
using DataBright.Services.Relays;

namespace DataBright.Node.Relays;

/// <summary>A node that pays for others' gas, asked from elsewhere.</summary>
public sealed class RelayClient(NodeClient node)
{
    /// <exception cref="NodeRefusedException">The node relays nothing.</exception>
    public Task<RelayerFacts> StateAsync(CancellationToken stop) => node.GetAsync<RelayerFacts>("relayer", stop);

    /// <summary>Has a signed ballot carried to the ledger; twice is once.</summary>
    /// <exception cref="NodeRefusedException">The node does not carry it, or the market's rules forbid it.</exception>
    public Task<RelayedVote> VoteAsync(Signed<Ballot> signed, CancellationToken stop)
    {
        var ballot = signed.Statement;
        return node.PostAsync<RelayedVote>(
            $"proposals/{ballot.Proposal}/ballots",
            new BallotForm(ballot.Voter, ballot.Choice, ballot.Reason, ballot.Deadline.ToUnixTimeSeconds(),
                Hex.Encode(signed.Signature.ToBytes())), stop);
    }

    /// <summary>Has a holder paid its dividends.</summary>
    /// <exception cref="NodeRefusedException">The node does not carry it, or there is nothing to claim.</exception>
    public Task<RelayedClaim> ClaimAsync(DatasetId dataset, Address holder, CancellationToken stop) =>
        node.PostAsync<RelayedClaim>($"datasets/{dataset}/claims", new ClaimForm(holder), stop);
}
