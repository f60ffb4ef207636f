using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Shares;
using DataBright.Market.Usage;
using Contract = DataBright.Market.Generated.Shares;
using Usage = DataBright.Market.Generated.Usage;

namespace DataBright.Market.Owed;

/// <summary>What shares earned, what the use of points earned, and the bonds of those who say who gets the latter.</summary>
internal static class ShareDebts
{
    private const int MaxJobs = 1_000;

    private const string Untrusted = "the key of whoever posted it is not trusted any more; a referee rules on it";

    public static async Task AddAsync(OwedReading reading)
    {
        await AddDividendsAsync(reading);
        await AddUsageAsync(reading);
        await AddBondsAsync(reading);
    }

    /// <summary>Shares that were given away may have earned something before, so every holding that ever was is asked.</summary>
    private static async Task AddDividendsAsync(OwedReading reading)
    {
        var held = reading.Index.Shares.HoldingsOf(reading.Account).Select(holding => reading.Index.Datasets.Find(holding.Dataset)).OfType<IndexedDataset>().ToList();
        var due = await reading.AskAsync([.. held.Select(dataset => Contract.Claimable(dataset.ShareToken, reading.Account))]);
        foreach (var (dataset, amount) in held.Zip(due))
            reading.Owe(new Debt(DebtKind.Dividend, DebtSource.Of(dataset.Id), (Money)amount, [
                new DebtCall($"Claim the dividends of dataset {dataset.Id}", Contract.ClaimFor(dataset.ShareToken, reading.Account))]));
    }

    private static async Task AddUsageAsync(OwedReading reading)
    {
        var (claims, oldest) = await UsageClaims.OpenToAsync(reading.Index, reading.Sheets, reading.Account, MaxJobs, reading.Stop);
        if (oldest is { } last) reading.Miss($"what points earned by use in jobs before job {last}, of which there are too many to look at");
        foreach (var (posting, known, proof) in claims)
        {
            var source = DebtSource.Of(posting.Job);
            if (known is not { } amount)
                reading.Wait(DebtKind.UsageDividend, source, null, posting.Until, "its evidence is not here; the node of the job's scheduler has it. It may give nothing");
            else if (posting.IsPayable(reading.Now))
                reading.Owe(new Debt(DebtKind.UsageDividend, source, amount, [
                    .. Confirming(reading, posting),
                    new DebtCall($"Claim what points earned by use in job {posting.Job}", Generated.Usage.ClaimFor(reading.At.Usage, posting.Job, reading.Account, amount.Units, [.. proof]))]));
            else
                reading.Wait(DebtKind.UsageDividend, source, amount, posting.Until, posting.State == UsageState.Challenged
                    ? "it is challenged; a referee rules on it" : posting.IsPosterTrusted ? "it can be challenged until then" : Untrusted);
        }
    }

    private static async Task AddBondsAsync(OwedReading reading)
    {
        var owed = await reading.AskAsync([Generated.Usage.Owed(reading.At.Usage, reading.Account)]);
        reading.Owe(new Debt(DebtKind.UsageCredit, new("usage", null), (Money)owed[0], []) { CreditedBy = reading.At.Usage });
        if (reading.Index.Usage.BondsOf(reading.Account) is not { Count: > 0 } postings) return;
        var bond = await reading.Ledger.Usage.BondAsync(reading.Stop);
        foreach (var posting in postings)
            if (posting.NeedsConfirming(reading.Now))
                reading.Owe(new Debt(DebtKind.UsageBond, DebtSource.Of(posting.Job), bond, Confirming(reading, posting)) { CreditedBy = reading.At.Usage });
            else
                reading.Wait(
                    DebtKind.UsageBond, DebtSource.Of(posting.Job), posting.Poster == posting.Challenger ? bond.Plus(bond) : bond, posting.Until,
                    posting.State == UsageState.Challenged ? "whoever was right gets the bonds when a referee has ruled" : !posting.IsPosterTrusted ? Untrusted : "it is lost if a referee finds the posting wrong");
    }

    private static DebtCall[] Confirming(OwedReading reading, UsagePosting posting) => posting.NeedsConfirming(reading.Now)
        ? [new DebtCall($"Make the usage dividend of job {posting.Job} final", Generated.Usage.Confirm(reading.At.Usage, posting.Job))] : [];
}
