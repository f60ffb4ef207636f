using DataBright.Ethereum;

namespace DataBright.Market.Proposals;

/// <summary>What an open proposal waits for.</summary>
public enum BallotPhase
{
    /// <summary>Votes for everyone to see.</summary>
    Vote,

    /// <summary>Sealed votes.</summary>
    Commit,

    /// <summary>The opening of sealed votes.</summary>
    Reveal,

    /// <summary>Curators have judged; shareholders may want to decide themselves.</summary>
    Appeal,

    /// <summary>Nothing more is counted.</summary>
    Over,
}

/// <summary>How far ballots are, by the contract's own times. The ledger calls a proposal open until somebody finalises it.</summary>
public static class BallotPhases
{
    /// <param name="proposal">An open one.</param>
    /// <param name="reveal">The dataset's time for opening sealed votes.</param>
    /// <param name="now">The time on the chain.</param>
    /// <returns>The phase and its last second.</returns>
    public static (BallotPhase Phase, DateTimeOffset Ends) Of(IndexedProposal proposal, TimeSpan reveal, DateTimeOffset now)
    {
        bool isSealed = proposal.Shielded || proposal.UnderReview;
        if (now <= proposal.Deadline) return (isSealed ? BallotPhase.Commit : BallotPhase.Vote, proposal.Deadline);
        var (shown, heard) = (ChainTime.Later(proposal.Deadline, reveal), ChainTime.Later(proposal.Deadline, 2 * reveal));
        if (isSealed && now <= shown) return (BallotPhase.Reveal, shown);
        return proposal.UnderReview && now <= heard ? (BallotPhase.Appeal, heard) : (BallotPhase.Over, proposal.Deadline);
    }
}
