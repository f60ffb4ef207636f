using DataBright.Market.Owed;

namespace DataBright.Market;

/// <summary>Why workers owe somebody money.</summary>
public static class WorkerDebtKinds
{
    extension(DebtKind)
    {
        /// <summary>A worker's stake.</summary>
        public static DebtKind Stake => new("Stake", "stake");
    }
}
