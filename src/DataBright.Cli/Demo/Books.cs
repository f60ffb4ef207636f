using DataBright.Market;

namespace DataBright.Cli.Demo;

/// <summary>What each contract owes, read from its books: what it holds must be exactly that, or for shares a remainder more that no claim is due yet.</summary>
internal sealed record Books(Money Stakes, Money Jobs, Money Dividends, int Holders)
{
    public static async Task<Books> ReadAsync(Stage stage, Collection collection, CancellationToken stop)
    {
        Money stakes = default, owed = default, dividends = default;
        foreach (var name in Troupe.Names)
        {
            var address = stage.Troupe[name].Address;
            stakes += (await stage.Ledger.Workers.FindAsync(address, stop))?.Stake ?? Money.Zero;
            owed += await stage.Ledger.Jobs.OwedAsync(address, stop);
        }

        for (ulong id = 1; id <= await stage.Ledger.Jobs.CountAsync(stop); id++)
            owed += (await stage.Ledger.Jobs.FindAsync(new JobId(id), stop))!.Pay;
        foreach (var name in collection.Shareholders)
            dividends += await stage.Ledger.Shares.ClaimableAsync(collection.Id, stage.Troupe[name].Address, stop);
        return new Books(stakes, owed, dividends, collection.Shareholders.Count);
    }

    /// <summary>Dividends are rounded against the claimant, by less than one unit each, and one deposit leaves less than one unit over.</summary>
    public bool Balance(IReadOnlyDictionary<string, Money> held) =>
        held["workers"] == Stakes
        && held["jobs"] == Jobs
        && held["proposals"] == Money.Zero
        && held["shares"] >= Dividends
        && held["shares"].Units - Dividends.Units <= (UInt128)Holders + 1;
}
