using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Rest;

namespace DataBright.Node.Proposals;

/// <summary>What one account can do about a proposal now.</summary>
/// <param name="Decided">What finalising it would make it; open while the outcome can still change.</param>
/// <param name="UnderReview">Curators judge it, each with one voice.</param>
/// <param name="Weight">The shares it votes with; none where it is a curator's to judge.</param>
/// <param name="IsCurator">It is one of those who judge.</param>
/// <param name="HasVoted">It has been counted.</param>
/// <param name="Commitment">Its sealed vote on the ledger; null where there is none.</param>
/// <param name="PhaseEnds">The phase’s last second.</param>
public sealed record BallotFacts(
    BallotPhase Phase,
    ProposalState Decided,
    bool UnderReview,
    ShareAmount Weight,
    Fraction Of,
    bool IsCurator,
    bool HasVoted,
    Hash32? Commitment,
    DateTimeOffset PhaseEnds)
{
    /// <summary>Until when it could still be measured, which may bring its contributor more shares, so that only the contributor can make
    /// it final before; null where that is not so.</summary>
    public DateTimeOffset? MeasurableUntil { get; init; }

    public bool MayVote => UnderReview ? IsCurator : Weight > ShareAmount.Zero;
}
