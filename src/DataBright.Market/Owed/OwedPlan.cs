using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>The transactions that collect what an account is owed, as few as the contracts allow.</summary>
/// <remarks>Each contract pays all its credits at once, so whatever makes it credit something comes first, and one withdrawal
/// last.</remarks>
public static class OwedPlan
{
    /// <param name="account">What is owed.</param>
    /// <param name="sender">Who sends them; what the account alone may collect is left out where it is somebody else.</param>
    public static IReadOnlyList<OwedStep> Of(OwedAccount account, Address sender)
    {
        var debts = account.Debts.Where(debt => !debt.OnlyByItself || sender == account.Account).ToList();
        var steps = new List<OwedStep>();
        foreach (var debt in debts)
            for (int i = 0; i < debt.Calls.Count; i++)
            {
                var (summary, call) = debt.Calls[i];
                bool last = i == debt.Calls.Count - 1;
                if (!steps.Any(step => step.Call.To == call.To && step.Call.Data.AsSpan().SequenceEqual(call.Data)))
                    steps.Add(new OwedStep(debt.Source, summary, call, last && debt.CreditedBy is null ? debt.Amount : Money.Zero, !last));
            }
        foreach (var credits in debts.Where(debt => debt.CreditedBy is not null).GroupBy(debt => debt.CreditedBy!.Contract))
        {
            var by = credits.First().CreditedBy!;
            var sum = Money.Sum(credits.Select(debt => debt.Amount));
            steps.Add(new OwedStep(new(by.Name, null), $"Withdraw what {by.Name} owe", by.Withdrawal, sum, false));
        }
        return steps;
    }
}
