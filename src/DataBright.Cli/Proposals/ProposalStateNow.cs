using DataBright.Market;
using DataBright.Market.Proposals;

namespace DataBright.Cli.Proposals;

/// <summary>How a proposal stands, for people.</summary>
/// <remarks>
/// The ledger keeps what ran out of time in its last state until somebody closes it, and "open" would be wrong for that.
/// </remarks>
internal static class ProposalStateNow
{
    public static object Of(IndexedProposal proposal, LedgerIndex index, DateTimeOffset now) => proposal.State != ProposalState.Open
        ? proposal.State
        : BallotPhases.Of(proposal, index.Datasets.Find(proposal.Dataset)?.Policy.RevealPeriod ?? TimeSpan.Zero, now).Phase switch
        {
            BallotPhase.Reveal => "sealed votes are opened",
            BallotPhase.Appeal => "can be appealed",
            BallotPhase.Over => "voting over",
            _ => proposal.State,
        };
}
