using System.Diagnostics;
using DataBright.Market;
using DataBright.Market.Audit;

namespace DataBright.Demo;

/// <summary>The closing account: who owns what, who earned what, and that no unit of money came from nowhere or went there.</summary>
internal static class Accounts
{
    /// <summary>What each party has: its money, and its stake where it is a worker.</summary>
    public static async Task<IReadOnlyDictionary<string, Money>> BalancesAsync(DemoMarket stage, CancellationToken stop)
    {
        var balances = new Dictionary<string, Money>();
        foreach (var name in Parties.Names)
        {
            var address = stage.Parties[name].Address;
            var stake = (await stage.Ledger.Workers.FindAsync(address, stop))?.Stake ?? Money.Zero;
            balances.Add(name, await stage.Ledger.Dollars.BalanceAsync(address, stop) + stake);
        }

        return balances;
    }

    public static async Task<DemoReport> CloseAsync(
        DemoMarket stage, Collection collection, IReadOnlyList<EvaluationLine> lines, DiscussionLine? discussion, Trained trained,
        PredictionLine predictions,
        IReadOnlyDictionary<string, Money> before, Stopwatch watch, CancellationToken stop)
    {
        var after = await BalancesAsync(stage, stop);
        var token = await stage.Ledger.Shares.TokenAsync(collection.Id, stop);
        var audit = await AuditAsync(stage, stop);
        var held = audit.Books.GroupBy(book => book.Contract.Split(' ')[0].ToLowerInvariant())
            .ToDictionary(books => books.Key, books => Sum(books.Select(book => book.Held)));
        var supply = await stage.Ledger.Dollars.SupplyAsync(stop);
        var accounted = Sum(after.Values.Concat(held.Where(pair => pair.Key != "workers").Select(pair => pair.Value)));

        var shares = new Dictionary<string, string>();
        foreach (var name in collection.Shareholders)
            shares.Add(name, (await stage.Ledger.Shares.BalanceAsync(collection.Id, stage.Parties[name].Address, stop)).ToString());
        var gas = await new GasMeter(stage.Ledger.Client, stage.Ledger.Addresses, [token]).ReadAsync(stop);
        return new DemoReport(
            trained.Accuracy, trained.Checkpoint.ToString(),
            [.. lines.Where(line => line.Accepted).Select(line => line.Contributor)],
            [.. lines.Where(line => !line.Accepted).Select(line => line.Contributor)],
            trained.Convicted, lines, discussion, predictions, shares,
            after.ToDictionary(pair => pair.Key,
                pair => new BalanceLine(before[pair.Key].ToString(), pair.Value.ToString(), Change(before[pair.Key], pair.Value))),
            held.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), gas, Math.Round(watch.Elapsed.TotalSeconds, 1),
            Conserved: supply == accounted && audit.Conserved, Node: null);
    }

    /// <summary>
    /// Every contract holds exactly what the market's events say it owes; read into an index of its own, for the node has the other one.
    /// </summary>
    private static async Task<MoneyAudit> AuditAsync(DemoMarket stage, CancellationToken stop)
    {
        var path = Path.Combine(stage.Home.Root, "audit.db");
        using var index = LedgerIndex.Open(path, stage.Ledger.Addresses);
        return await MoneyAudit.TakeAsync(stage.Ledger, index, TimeProvider.System, stop);
    }

    private static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, money) => sum + money);

    private static string Change(Money before, Money after) => after >= before ? $"+{after - before}" : $"−{before - after}";
}
