using DataBright.Market.Owed;

namespace DataBright.Market;

/// <summary>Why shares owe somebody money.</summary>
public static class ShareDebtKinds
{
    extension(DebtKind)
    {
        /// <summary>What shares have earned.</summary>
        public static DebtKind Dividend => new("Dividend", "dividend");
    }
}
