using DataBright.Market.Owed;

namespace DataBright.Market;

/// <summary>Why proposals owe somebody money.</summary>
public static class ProposalDebtKinds
{
    extension(DebtKind)
    {
        /// <summary>A proposer's bond.</summary>
        public static DebtKind Bond => new("Bond", "bond");
    }
}
