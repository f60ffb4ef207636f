using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Access;

/// <summary>Runs a command with an account that sends nothing, and lists what it would have sent.</summary>
internal static class DryRun
{
    /// <summary>A command may wait for what a transaction brings about, which a rehearsed one never does.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(SignerSession acting, MarketAccess market, Output output,
        Func<Output, CancellationToken, Task> run, CancellationToken stop)
    {
        var calls = acting.Rehearsed!;
        string? ended = null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, acting.Ended);
        try
        {
            await run(Output.Quiet(), end.Token);
        }
        catch (RehearsalEndedException why)
        {
            ended = why.Message;
        }
        catch (Exception) when (!stop.IsCancellationRequested && calls is { Refusal: null, Calls.Count: > 0 })
        {
            // What a command reads of its own transaction is not on the chain.
            ended = "What follows depends on what the transactions bring about.";
        }
        var fees = await market.Client.FeesAsync(stop);
        Tell(output, market, calls, fees.Max, ended);
        return ExitCode.Done;
    }

    private static void Tell(Output output, MarketAccess market, RehearsedAccount calls, Uint256 weiPerGas, string? ended)
    {
        var lines = calls.Calls.Select(one => LineOf(one, calls.Address, market.Ledger.Addresses.Money)).ToList();
        var (pays, brings, gas) = (Money.Sum(lines.Select(line => line.Pays)), Money.Sum(lines.Select(line => line.Brings)),
            lines.Aggregate(0UL, (sum, line) => sum + (line.Gas ?? 0)));
        var cost = new Ether(weiPerGas * gas);
        output.Show(new { dryRun = true, account = calls.Address, pays, brings, gas, mostWei = cost.Wei, ended,
            transactions = lines }, console =>
        {
            if (lines.Count == 0)
                console.WriteLine("No transaction would be sent.");
            else
            {
                var table = Sheet.Of("Transaction", "To", ">Pays", ">Brings", ">Gas");
                foreach (var line in lines)
                    table.Row(line.Call, line.To, NoneIfZero(line.Pays), NoneIfZero(line.Brings), line.Gas);
                console.Write(table);
                console.WriteLine(
                    $"Nothing was sent. Together {TerminalWording.Of(pays)} would be paid, {TerminalWording.Of(brings)} would come, and "
                    + $"the gas would cost {cost} at most.");
            }

            if (ended is not null)
                console.WriteLine(ended);
        });
    }

    private static Money? NoneIfZero(Money amount) => amount == Money.Zero ? null : amount;

    private static DryLine LineOf(RehearsedCall one, Address account, Address money)
    {
        var moves = one.Outcome.Logs.Where(log => log.Address == money && TestDollar.Events.Transfer.Matches(log))
            .Select(TestDollar.Events.Transfer.Decode).ToList();
        return new DryLine(
            one.Call.Function ?? Hex.Encode(one.Call.Data.AsSpan(0, Math.Min(4, one.Call.Data.Length))), one.Call.To,
            Hex.Encode(one.Call.Data),
            Money.Sum(moves.Where(move => move.From == account).Select(move => (Money)move.Value)),
            Money.Sum(moves.Where(move => move.To == account).Select(move => (Money)move.Value)), one.Outcome.GasUsed);
    }
}

/// <summary>A transaction that would be sent.</summary>
/// <param name="Pays">Money that leaves the account by it.</param>
/// <param name="Brings">Money that comes to it.</param>
/// <param name="Gas">Null where the node cannot tell.</param>
internal sealed record DryLine(string Call, Address To, string Data, Money Pays, Money Brings, ulong? Gas);
