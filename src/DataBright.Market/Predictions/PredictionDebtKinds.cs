using DataBright.Market.Owed;

namespace DataBright.Market;

/// <summary>Why predictions owe somebody money.</summary>
public static class PredictionDebtKinds
{
    extension(DebtKind)
    {
        /// <summary>What predictions have credited: workers' parts, owners' parts, what closed channels had left.</summary>
        public static DebtKind PredictionCredit => new("PredictionCredit", "credit of predictions");

        /// <summary>What a channel has left, once it may be closed.</summary>
        public static DebtKind ChannelRest => new("ChannelRest", "rest of a deposit");

        /// <summary>The owner's part of what a model earned, by predictions and by royalties of its children.</summary>
        public static DebtKind Earnings => new("Earnings", "earnings");
    }
}
