using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;

namespace DataBright.Cli.Access;

/// <summary>
/// How things stand, for people. The ledger keeps what ran out of time in its last state until somebody closes it, and "open" would be
/// wrong for that.
/// </summary>
internal static class StateNow
{
    public static object Of(IndexedJob job, DateTimeOffset now) => job.State < JobState.Settled && now >= job.Deadline ? "overdue" : job.State;

    public static object Of(IndexedProposal proposal, LedgerIndex index, DateTimeOffset now) => proposal.State != ProposalState.Open
        ? proposal.State
        : BallotPhases.Of(proposal, index.Datasets.Find(proposal.Dataset)?.Policy.RevealPeriod ?? TimeSpan.Zero, now).Phase switch
        {
            BallotPhase.Reveal => "sealed votes are opened",
            BallotPhase.Appeal => "can be appealed",
            BallotPhase.Over => "voting over",
            _ => proposal.State,
        };

    public static object Of(IndexedRequest row, DateTimeOffset now) =>
        row.Request.State is RequestState.Voting or RequestState.Listed && now >= row.Request.Deadline ? "over" : row.Request.State;
}
