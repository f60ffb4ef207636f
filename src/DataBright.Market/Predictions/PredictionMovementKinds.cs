using DataBright.Market.Movements;

namespace DataBright.Market;

/// <summary>Why predictions move money.</summary>
public static class PredictionMovementKinds
{
    extension(MovementKind)
    {
        /// <summary>A deposit of a prediction channel.</summary>
        public static MovementKind Deposit => new("Deposit");

        /// <summary>What predictions had credited: workers' parts, owners' parts, rests of deposits.</summary>
        public static MovementKind PredictionCredit => new("PredictionCredit");
    }
}
