using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Owed;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>
/// What every command does that collects money: asks the one account of debts, takes the part it is for, and sends or rehearses it.
/// </summary>
internal static class Collecting
{
    public static async Task<OwedAccount> AskAsync(MarketAccess market, LocalSheets sheets, Address account, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        return await new OwedQuery(market.Ledger, reading.Index, sheets, TimeProvider.System).ReadAsync(account, stop);
    }

    public static async Task<IReadOnlyList<OwedPayment>> PayAsync(MarketAccess market, OwedAccount owed, Signer signer, Output output,
        CancellationToken stop)
    {
        var steps = OwedPlan.Of(owed, signer.Address);
        if (signer.Rehearses)
            return await OwedAct.RehearseAsync(owed.Account, steps, market.Ledger, signer.Address, stop);
        return await output.WaitAsync("Collecting",
            say => OwedAct.PayAsync(owed.Account, steps, market.Ledger, signer, step => say(step.Summary), stop));
    }

    /// <exception cref="Failure">Something was not done.</exception>
    public static void RequireDone(IReadOnlyList<OwedPayment> payments)
    {
        if (payments.FirstOrDefault(payment => payment.Failure is not null) is { } failed)
            throw new Failure(ExitCode.Refused, $"{failed.Step.Summary}: {failed.Failure}");
    }

    /// <summary>Whether the last of a debt's own transactions was done.</summary>
    public static bool WasDone(Debt debt, IReadOnlyList<OwedPayment> payments) =>
        payments.Any(payment => payment.Failure is null && ReferenceEquals(payment.Step.Call, debt.Calls[^1].Call));

    public static ulong GasOf(IReadOnlyList<OwedPayment> payments) =>
        payments.Aggregate(0UL, (sum, payment) => sum + (payment.GasUsed ?? 0));

    /// <summary>What was not done, for the command's one document.</summary>
    public static IReadOnlyList<object> FailuresOf(IReadOnlyList<OwedPayment> payments) =>
        [.. payments.Where(payment => payment.Failure is not null).Select(payment => new { Says = payment.Step.Summary, payment.Failure })];

    /// <summary>The same for people.</summary>
    public static void DrawFailures(this IAnsiConsole console, IReadOnlyList<OwedPayment> payments)
    {
        foreach (var payment in payments.Where(payment => payment.Failure is not null))
            console.WriteLine($"Not done: {payment.Step.Summary}: {TerminalWording.Clean(payment.Failure!)}");
    }

    /// <summary>Whether all was done; a part that was not is said, and is the command's exit code.</summary>
    public static int CodeOf(IReadOnlyList<OwedPayment> payments) =>
        payments.Any(payment => payment.Failure is not null) ? ExitCode.Refused : ExitCode.Done;
}
