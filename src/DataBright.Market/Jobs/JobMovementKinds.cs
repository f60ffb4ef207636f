using DataBright.Market.Movements;

namespace DataBright.Market;

/// <summary>Why jobs move money.</summary>
public static class JobMovementKinds
{
    extension(MovementKind)
    {
        /// <summary>The price of a job.</summary>
        public static MovementKind Order => new("Order");

        /// <summary>What jobs had credited: wages, refunds, rewards.</summary>
        public static MovementKind JobCredit => new("JobCredit");
    }
}
