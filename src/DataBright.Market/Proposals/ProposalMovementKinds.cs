using DataBright.Market.Movements;

namespace DataBright.Market;

/// <summary>Why proposals move money.</summary>
public static class ProposalMovementKinds
{
    extension(MovementKind)
    {
        /// <summary>A proposer's bond.</summary>
        public static MovementKind Bond => new("Bond");
    }
}
