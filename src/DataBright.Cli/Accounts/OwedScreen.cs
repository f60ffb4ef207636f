using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>How an account of debts looks, and what came of collecting it.</summary>
internal static class OwedScreen
{
    /// <summary>As JSON: the same names as in the node's API.</summary>
    public static object DocumentOf(OwedAccount owed) => new
    {
        owed.Total,
        owed.Missed,
        debts = owed.Debts.Select(debt => new { debt.Kind, debt.Source.Noun, debt.Source.Number, debt.Amount }),
        pending = owed.Pending.Select(one => new { one.Kind, one.Source.Noun, one.Source.Number, one.Amount, one.Until, one.Waits }),
    };

    public static void Draw(this IAnsiConsole console, OwedAccount owed)
    {
        if (owed.Debts.Count > 0)
        {
            console.WriteLine();
            console.Heading("Owed");
            var table = Sheet.Of("What", "From", ">Amount");
            foreach (var debt in owed.Debts)
                table.Row(debt.Kind.Label, debt.Source, debt.Amount);
            table.Row("Together", "", owed.Total);
            console.Write(table);
            console.MarkupLine("[grey]Collect it: databright account withdraw[/]");
        }

        foreach (var missed in owed.Missed)
            console.WriteLine($"Not known: {TerminalWording.Clean(missed)}");
        if (owed.Pending.Count == 0)
            return;
        console.WriteLine();
        console.Heading("Not yet its own");
        var waiting = Sheet.Of("What", "Where", ">Amount", "Until", "Waits");
        foreach (var one in owed.Pending)
            waiting.Row(one.Kind.Label, one.Source, one.Amount, one.Until, one.Waits);
        console.Write(waiting);
    }

    /// <summary>As JSON, what was paid, or would be.</summary>
    public static object DocumentOf(Ethereum.Address account, IReadOnlyList<OwedPayment> payments, bool rehearsed) => new
    {
        account,
        dryRun = rehearsed,
        total = Money.Sum(payments.Select(payment => payment.Paid)),
        gas = Collecting.GasOf(payments),
        paid = payments.Select(payment => new { from = payment.Step.Source.ToString(), says = payment.Step.Summary, amount = payment.Paid,
            gas = payment.GasUsed, payment.Transaction, payment.Failure }),
    };

    public static void Draw(this IAnsiConsole console, IReadOnlyList<OwedPayment> payments, bool rehearsed)
    {
        var table = Sheet.Of("Transaction", rehearsed ? ">Would pay" : ">Paid", ">Gas", "");
        foreach (var payment in payments)
            table.Row(payment.Step.Summary, payment.Paid == Money.Zero ? null : payment.Paid, payment.GasUsed,
                payment.Failure is { } why ? $"not done: {why}" : "");
        table.Row("Together", Money.Sum(payments.Select(payment => payment.Paid)), Collecting.GasOf(payments),
            rehearsed ? "nothing was sent" : "");
        console.Write(table);
    }
}
