using DataBright.Market;

namespace DataBright.Node.Discussion;

/// <summary>What a discussion asks of what is discussed.</summary>
public interface IDiscussedProposals
{
    Task<bool> ExistsAsync(ProposalId proposal, CancellationToken stop);
}
