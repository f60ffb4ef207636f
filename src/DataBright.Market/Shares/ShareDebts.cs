using DataBright.Market.Datasets;
using DataBright.Market.Owed;
using Contract = DataBright.Market.Generated.Shares;

namespace DataBright.Market.Shares;

/// <summary>What shares earned.</summary>
internal static class ShareDebts
{
    /// <summary>Shares that were given away may have earned something before, so every holding that ever was is asked.</summary>
    public static async Task AddAsync(OwedReading reading)
    {
        var held = reading.Index.Shares.HoldingsOf(reading.Account).Select(holding => reading.Index.Datasets.Find(holding.Dataset))
            .OfType<IndexedDataset>().ToList();
        var due = await reading.AskAsync([.. held.Select(dataset => Contract.Claimable(dataset.ShareToken, reading.Account))]);
        foreach (var (dataset, amount) in held.Zip(due))
            reading.Owe(new Debt(DebtKind.Dividend, DebtSource.Of(dataset.Id), (Money)amount, [
                new DebtCall($"Claim the dividends of dataset {dataset.Id}",
                    ShareActs.Claim(dataset.ShareToken, reading.Account).Call)]) { HeldBy = dataset.ShareToken });
    }
}
