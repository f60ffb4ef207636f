using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Workers;

/// <summary>Leaves the market: first no new tasks, after the cool-down the stake.</summary>
internal sealed class DrainCommand()
    : SigningVerb("drain", "Leave the market: no new tasks from now on; called again after the cool-down it pays the stake back",
        "worker drain --key ada")
{
    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var workers = market.Ledger.Workers;
        var worker = await workers.FindAsync(signer.Address, stop)
            ?? throw new Failure(ExitCode.NotFound, $"{signer.Address} is not a registered worker.");
        if (worker.ExitAt is null)
        {
            var free = await output.WaitAsync("Leaving", _ => workers.BeginExitAsync(signer, stop));
            output.Show(new { worker = signer.Address, stake = worker.Stake, exitAt = free, paid = Money.Zero },
                console => console.Write(Sheet.Facts(
                ("Worker", signer.Address), ("Stake", $"${worker.Stake}, free at {TerminalWording.Of(free)}"),
                    ("", "A running worker finishes what it owes; then run this again."))));
            return ExitCode.Done;
        }

        var paid = await output.WaitAsync("Paying the stake back", _ => workers.WithdrawStakeAsync(signer, stop));
        output.Show(new { worker = signer.Address, stake = Money.Zero, exitAt = worker.ExitAt, paid },
            console => console.Write(Sheet.Facts(("Worker", signer.Address), ("Paid back", paid))));
        return ExitCode.Done;
    }
}
