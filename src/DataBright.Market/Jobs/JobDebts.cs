using DataBright.Ethereum;
using DataBright.Market.Owed;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Market.Jobs;

/// <summary>What jobs owe: credits, wages, the price of orders that nobody did in time.</summary>
internal static class JobDebts
{
    /// <summary>Sheets that are asked for side by side.</summary>
    private const int AtOnce = 16;

    public static async Task AddAsync(OwedReading reading)
    {
        var owed = await reading.AskAsync([Contract.Owed(reading.At.Jobs, reading.Account)]);
        reading.Owe(new Debt(DebtKind.JobCredit, new("jobs", null), (Money)owed[0],
            []) { CreditedBy = CreditOf(reading), HeldBy = reading.At.Jobs });
        foreach (var some in reading.Index.Jobs.Paying(reading.Account).Chunk(AtOnce))
            foreach (var (job, sheet) in some.Zip(
                await Task.WhenAll(some.Select(job => reading.Sheets<IPaySheets>().PayAsync(job, reading.Stop)))))
                AddWages(reading, job, sheet);
        foreach (var order in reading.Index.Jobs.OrdersOf(reading.Account))
            if (reading.Now >= order.Deadline)
                reading.Owe(new Debt(DebtKind.OrderRefund, DebtSource.Of(order.Job), order.Price, [
                    new DebtCall($"Refund job {order.Job}", reading.Ledger.Jobs.Acts.Refund(order.Job).Call)])
                { CreditedBy = CreditOf(reading), HeldBy = reading.At.Jobs });
            else
                reading.Wait(DebtKind.OrderRefund, DebtSource.Of(order.Job), order.Price, order.Deadline,
                    "it is refunded if it is not settled by then; while nobody has accepted it, its buyer can cancel it", reading.At.Jobs);
    }

    /// <summary>The account's own line, and the lines of convicted workers, which are the buyer's.</summary>
    private static void AddWages(OwedReading reading, JobId id, PaySheet? sheet)
    {
        if (reading.Index.Jobs.Find(id) is not { Outcome: { } outcome } job) return;
        if (sheet is null || sheet.Root != outcome.PayRoot)
        {
            if (reading.Index.Jobs.WorkedIn(id, reading.Account))
                reading.Wait(DebtKind.Wage, DebtSource.Of(id), null, null,
                    "its pay sheet is not here; the node of the job's scheduler has it", reading.At.Jobs);
            return;
        }
        var convicted = reading.Index.Jobs.Convictions(id).Select(one => one.Worker).ToHashSet();
        var paid = reading.Index.Jobs.PaidIn(id).ToHashSet();
        foreach (var (payee, pay) in sheet.Lines)
        {
            bool mine = convicted.Contains(payee) ? job.Buyer == reading.Account : payee == reading.Account;
            if (mine && !paid.Contains(payee)) reading.Owe(Wage(reading, id, outcome, sheet, payee, pay));
        }
    }

    private static Debt Wage(OwedReading reading, JobId job, JobOutcome outcome, PaySheet sheet, Address payee, Money pay)
    {
        var proof = sheet.ClaimOf(payee)!.Value.Proof;
        var says = payee == reading.Account ? $"Claim the pay of job {job}" : $"Claim the forfeited pay of {payee} in job {job}";
        return new Debt(DebtKind.Wage, DebtSource.Of(job), pay, [
            new DebtCall(says, reading.Ledger.Jobs.Acts.ClaimPay(job, outcome, payee, pay, proof).Call)]) { CreditedBy =
                CreditOf(reading), HeldBy = reading.At.Jobs };
    }

    private static CreditSource CreditOf(OwedReading reading) =>
        new(reading.At.Jobs, "jobs", reading.Ledger.Jobs.Acts.Withdraw(reading.Account).Call);
}
