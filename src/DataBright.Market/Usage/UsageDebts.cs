using DataBright.Market.Owed;
using Contract = DataBright.Market.Generated.Usage;

namespace DataBright.Market.Usage;

/// <summary>What the use of points earned, and the bonds of those who say who gets it.</summary>
internal static class UsageDebts
{
    private const int MaxJobs = 1_000;

    private const string Untrusted = "the key of whoever posted it is not trusted any more; a referee rules on it";

    public static async Task AddAsync(OwedReading reading)
    {
        await AddDividendsAsync(reading);
        await AddBondsAsync(reading);
    }

    private static async Task AddDividendsAsync(OwedReading reading)
    {
        var sheets = reading.Sheets<IUsageSheets>();
        var (claims, oldest) = await UsageClaims.OpenToAsync(reading.Index, sheets, reading.Account, MaxJobs, reading.Stop);
        if (oldest is { } last)
            reading.Miss($"what points earned by use in jobs before job {last}, of which there are too many to look at");
        foreach (var (posting, known, proof) in claims)
        {
            var source = DebtSource.Of(posting.Job);
            if (known is not { } amount)
                reading.Wait(DebtKind.UsageDividend, source, null, posting.Until,
                    "its evidence is not here; the node of the job's scheduler has it. It may give nothing", reading.At.Jobs);
            else if (posting.IsPayable(reading.Now))
                // The part of a job by use is handed over when it is final who gets it.
                reading.Owe(new Debt(DebtKind.UsageDividend, source, amount, [
                    .. Confirming(reading, posting),
                    new DebtCall($"Claim what points earned by use in job {posting.Job}",
                        reading.Ledger.Usage.Acts.Claim(posting.Job, reading.Account, amount, proof).Call)])
                { HeldBy = posting.NeedsConfirming(reading.Now) ? reading.At.Jobs : reading.At.Usage });
            else
                reading.Wait(DebtKind.UsageDividend, source, amount, posting.Until, posting.State == UsageState.Challenged
                    ? "it is challenged; a referee rules on it" : posting.IsPosterTrusted ? "it can be challenged until then" : Untrusted,
                    reading.At.Jobs);
        }
    }

    private static async Task AddBondsAsync(OwedReading reading)
    {
        var owed = await reading.AskAsync([Contract.Owed(reading.At.Usage, reading.Account)]);
        reading.Owe(new Debt(DebtKind.UsageCredit, new("usage", null), (Money)owed[0],
            []) { CreditedBy = CreditOf(reading), HeldBy = reading.At.Usage });
        if (reading.Index.Usage.BondsOf(reading.Account) is not { Count: > 0 } postings) return;
        var bond = await reading.Ledger.Usage.BondAsync(reading.Stop);
        foreach (var posting in postings)
            if (posting.NeedsConfirming(reading.Now))
                reading.Owe(new Debt(DebtKind.UsageBond, DebtSource.Of(posting.Job), bond,
                    Confirming(reading, posting)) { CreditedBy = CreditOf(reading), HeldBy = reading.At.Usage });
            else
                reading.Wait(
                    DebtKind.UsageBond, DebtSource.Of(posting.Job), posting.Poster == posting.Challenger ? bond.Plus(bond) : bond,
                    posting.Until,
                    posting.State == UsageState.Challenged ? "whoever was right gets the bonds when a referee has ruled"
                        : !posting.IsPosterTrusted ? Untrusted : "it is lost if a referee finds the posting wrong",
                    reading.At.Usage);
    }

    private static DebtCall[] Confirming(OwedReading reading, UsagePosting posting) => posting.NeedsConfirming(reading.Now)
        ? [new DebtCall($"Make the usage dividend of job {posting.Job} final", reading.Ledger.Usage.Acts.Confirm(posting.Job).Call)] : [];

    private static CreditSource CreditOf(OwedReading reading) =>
        new(reading.At.Usage, "usage dividends", reading.Ledger.Usage.Acts.Withdraw(reading.Account).Call);
}
