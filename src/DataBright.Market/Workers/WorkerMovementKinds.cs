using DataBright.Market.Movements;

namespace DataBright.Market;

/// <summary>Why workers move money.</summary>
public static class WorkerMovementKinds
{
    extension(MovementKind)
    {
        /// <summary>A worker's stake.</summary>
        public static MovementKind Stake => new("Stake");
    }
}
