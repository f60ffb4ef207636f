using DataBright.Market.Movements;

namespace DataBright.Market;

/// <summary>Why requests move money.</summary>
public static class RequestMovementKinds
{
    extension(MovementKind)
    {
        /// <summary>A part of a request's pot.</summary>
        public static MovementKind Sponsorship => new("Sponsorship");

        /// <summary>What a request paid for a shard.</summary>
        public static MovementKind Reward => new("Reward");
    }
}
