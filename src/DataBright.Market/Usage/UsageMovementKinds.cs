using DataBright.Market.Movements;

namespace DataBright.Market;

/// <summary>Why usage dividends move money.</summary>
public static class UsageMovementKinds
{
    extension(MovementKind)
    {
        /// <summary>A dividend by the use of points.</summary>
        public static MovementKind UsageDividend => new("UsageDividend");

        /// <summary>A bond of a usage dividend.</summary>
        public static MovementKind UsageBond => new("UsageBond");

        /// <summary>What usage dividends had credited.</summary>
        public static MovementKind UsageCredit => new("UsageCredit");
    }
}
