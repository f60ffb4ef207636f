using DataBright.Market.Owed;

namespace DataBright.Market;

/// <summary>Why jobs owe somebody money.</summary>
public static class JobDebtKinds
{
    extension(DebtKind)
    {
        /// <summary>What jobs have credited: pay that was claimed, refunds, what a job did not spend, parts of slashed stakes.</summary>
        public static DebtKind JobCredit => new("JobCredit", "credit of jobs");

        /// <summary>A line of a settled job's pay sheet.</summary>
        public static DebtKind Wage => new("Wage", "wage");

        /// <summary>The price of an order that was not done in time.</summary>
        public static DebtKind OrderRefund => new("OrderRefund", "price of an order");
    }
}
