using DataBright.Market.Owed;

namespace DataBright.Market;

/// <summary>Why requests owe somebody money.</summary>
public static class RequestDebtKinds
{
    extension(DebtKind)
    {
        /// <summary>What a request pays for an accepted shard.</summary>
        public static DebtKind Reward => new("Reward", "reward");

        /// <summary>A sponsor's part of what a request has left.</summary>
        public static DebtKind Sponsorship => new("Sponsorship", "sponsorship");
    }
}
