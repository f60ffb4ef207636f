namespace DataBright.Market.Owed;

/// <summary>How kinds of debts are called, on pages and in the terminal.</summary>
public static class DebtWords
{
    public static string Of(DebtKind kind) => kind switch
    {
        DebtKind.JobCredit => "credit of jobs",
        DebtKind.PredictionCredit => "credit of predictions",
        DebtKind.UsageCredit => "credit of usage dividends",
        DebtKind.UsageDividend => "use of points",
        DebtKind.OrderRefund => "price of an order",
        DebtKind.ChannelRest => "rest of a deposit",
        DebtKind.UsageBond => "bond of a usage dividend",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
