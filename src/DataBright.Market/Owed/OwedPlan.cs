using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>One transaction of a collection.</summary>
/// <param name="Source">What of the market it is about.</param>
/// <param name="Says">What it does, for people.</param>
/// <param name="Call">What is sent.</param>
/// <param name="Amount">What it pays out; nothing where it only makes a contract credit or release something.</param>
/// <param name="Prepares">A later step is of no use without it, and tells what is wrong if it was not done.</param>
public sealed record OwedStep(DebtSource Source, string Says, ContractCall Call, Money Amount, bool Prepares);

/// <summary>The transactions that collect what an account is owed, as few as the contracts allow.</summary>
/// <remarks>Each contract pays all its credits at once, so whatever makes it credit something comes first, and one withdrawal last.</remarks>
public static class OwedPlan
{
    /// <param name="account">What is owed.</param>
    /// <param name="at">Where the contracts are.</param>
    /// <param name="sender">Who sends them; what the account alone may collect is left out where it is somebody else.</param>
    public static IReadOnlyList<OwedStep> Of(OwedAccount account, MarketAddresses at, Address sender)
    {
        var debts = account.Debts.Where(debt => !debt.OnlyByItself || sender == account.Account).ToList();
        var steps = new List<OwedStep>();
        foreach (var debt in debts)
            for (int i = 0; i < debt.Calls.Count; i++)
            {
                var (says, call) = debt.Calls[i];
                bool last = i == debt.Calls.Count - 1;
                if (!steps.Any(step => step.Call.To == call.To && step.Call.Data.AsSpan().SequenceEqual(call.Data)))
                    steps.Add(new OwedStep(debt.Source, says, call, last && debt.CreditedBy is null ? debt.Amount : Money.Zero, !last));
            }
        foreach (var credits in debts.Where(debt => debt.CreditedBy is not null).GroupBy(debt => debt.CreditedBy!.Value))
            steps.Add(new OwedStep(new(NameOf(credits.Key, at), null), $"Withdraw what {NameOf(credits.Key, at)} owe", Withdraw(credits.Key, account.Account, at), Money.Sum(credits.Select(debt => debt.Amount)), false));
        return steps;
    }

    private static string NameOf(Address contract, MarketAddresses at) => contract == at.Jobs ? "jobs" : contract == at.Usage ? "usage dividends" : "predictions";

    private static ContractCall Withdraw(Address contract, Address account, MarketAddresses at) =>
        contract == at.Jobs ? Generated.Jobs.WithdrawFor(contract, account)
        : contract == at.Usage ? Generated.Usage.WithdrawFor(contract, account)
        : Generated.Predictions.WithdrawFor(contract, account);
}
