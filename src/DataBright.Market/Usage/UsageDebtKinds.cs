using DataBright.Market.Owed;

namespace DataBright.Market;

/// <summary>Why usage dividends owe somebody money.</summary>
public static class UsageDebtKinds
{
    extension(DebtKind)
    {
        /// <summary>What usage dividends have credited: bonds of those who were right.</summary>
        public static DebtKind UsageCredit => new("UsageCredit", "credit of usage dividends");

        /// <summary>What the use of points has earned.</summary>
        public static DebtKind UsageDividend => new("UsageDividend", "use of points");

        /// <summary>A bond that is up for a usage dividend.</summary>
        public static DebtKind UsageBond => new("UsageBond", "bond of a usage dividend");
    }
}
