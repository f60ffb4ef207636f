using DataBright.Ethereum;
using DataBright.Market.Index;

namespace DataBright.Market.Usage;

/// <summary>Finds what contributors can claim of usage dividends, now or later.</summary>
public static class UsageClaims
{
    /// <summary>Sheets that are asked for side by side.</summary>
    private const int AtOnce = 16;

    /// <param name="index">The market's index.</param>
    /// <param name="sheets">Where usage sheets are.</param>
    /// <param name="contributor">Whose points.</param>
    /// <param name="most">Jobs to look at, the newest first.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The claims; and the oldest job that was looked at, where there are older ones: what they bring is not known.</returns>
    public static async Task<(IReadOnlyList<UsageClaim> Claims, JobId? Oldest)> OpenToAsync(IndexEngine index, IUsageSheets sheets,
        Address contributor, int most, CancellationToken stop)
    {
        var claims = new List<UsageClaim>();
        var rows = index.Usage.OpenTo(contributor, most + 1).Select(row => row.Posting).ToList();
        foreach (var some in rows.Take(most).Chunk(AtOnce))
            claims.AddRange((await Task.WhenAll(some.Select(posting => FindAsync(sheets, posting, contributor, stop))))
                .OfType<UsageClaim>());
        return (claims, rows.Count > most ? rows[most - 1].Job : null);
    }

    /// <summary>Null where the sheet says that the contributor earned nothing.</summary>
    private static async Task<UsageClaim?> FindAsync(IUsageSheets sheets, UsagePosting posting, Address contributor, CancellationToken stop)
    {
        if (await sheets.UsageAsync(posting.Job, stop) is not { } sheet || sheet.Root != posting.Root)
            return new UsageClaim(posting, null, []);
        return sheet.ClaimOf(contributor) is var (amount, proof) ? new UsageClaim(posting, amount, [.. proof]) : null;
    }
}
