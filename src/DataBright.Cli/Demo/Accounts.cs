using System.Diagnostics;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Cli.Demo;

/// <summary>The closing account: who owns what, who earned what, and that no unit of money came from nowhere or went there.</summary>
internal static class Accounts
{
    /// <summary>What each party has: its money, and its stake where it is a worker.</summary>
    public static async Task<IReadOnlyDictionary<string, Money>> BalancesAsync(Stage stage, CancellationToken stop)
    {
        var balances = new Dictionary<string, Money>();
        foreach (var name in Troupe.Names)
        {
            var address = stage.Troupe[name].Address;
            var stake = (await stage.Ledger.Workers.FindAsync(address, stop))?.Stake ?? Money.Zero;
            balances.Add(name, await stage.Ledger.Dollars.BalanceAsync(address, stop) + stake);
        }

        return balances;
    }

    public static async Task<DemoReport> CloseAsync(
        Stage stage, Collection collection, IReadOnlyList<EvaluationLine> lines, Trained trained,
        IReadOnlyDictionary<string, Money> before, Stopwatch watch, CancellationToken stop)
    {
        var after = await BalancesAsync(stage, stop);
        var token = await stage.Ledger.Shares.TokenAsync(collection.Id, stop);
        var held = await HeldAsync(stage, token, stop);
        var supply = await stage.Ledger.Dollars.SupplyAsync(stop);
        var accounted = after.Values.Concat(held.Where(pair => pair.Key != "workers").Select(pair => pair.Value)).Aggregate(Money.Zero, (sum, money) => sum + money);
        var books = await Books.ReadAsync(stage, collection, stop);

        var shares = new Dictionary<string, string>();
        foreach (var name in collection.Shareholders)
            shares.Add(name, (await stage.Ledger.Shares.BalanceAsync(collection.Id, stage.Troupe[name].Address, stop)).ToString());
        var gas = await new GasMeter(stage.Ledger.Client, stage.Ledger.Addresses, [token]).ReadAsync(stop);
        return new DemoReport(
            trained.Accuracy, trained.Checkpoint.ToString(),
            [.. lines.Where(line => line.Accepted).Select(line => line.Contributor)],
            [.. lines.Where(line => !line.Accepted).Select(line => line.Contributor)],
            trained.Convicted, lines, shares,
            after.ToDictionary(pair => pair.Key, pair => new BalanceLine(before[pair.Key].ToString(), pair.Value.ToString(), Change(before[pair.Key], pair.Value))),
            held.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), gas, Math.Round(watch.Elapsed.TotalSeconds, 1),
            Conserved: supply == accounted && books.Balance(held), Node: null);
    }

    private static async Task<IReadOnlyDictionary<string, Money>> HeldAsync(Stage stage, Address token, CancellationToken stop)
    {
        var addresses = stage.Ledger.Addresses;
        var held = new Dictionary<string, Money>();
        foreach (var (name, contract) in new[] { ("workers", addresses.Workers), ("jobs", addresses.Jobs), ("proposals", addresses.Proposals), ("shares", token) })
            held.Add(name, await stage.Ledger.Dollars.BalanceAsync(contract, stop));
        return held;
    }

    private static string Change(Money before, Money after) => after >= before ? $"+{after - before}" : $"−{before - after}";
}
