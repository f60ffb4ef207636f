using System.Text.Json;
using DataBright.Market;
using DataBright.Node.Rest;

namespace DataBright.Node.Proposals;

/// <summary>A node's proposals, read from elsewhere.</summary>
public sealed class ProposalClient(NodeClient node)
{
    /// <summary>A proposal as the node's interface tells it, with what the node knows of its files.</summary>
    /// <exception cref="NodeRefusedException">The node knows no such proposal.</exception>
    public Task<JsonElement> AboutAsync(ProposalId proposal, CancellationToken stop) =>
        node.GetAsync<JsonElement>($"proposals/{proposal}", stop);
}
