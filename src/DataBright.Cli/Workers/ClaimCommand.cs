using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Accounts;
using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Workers;

/// <summary>Collects a worker's pay, and whatever else jobs owe the account.</summary>
internal sealed class ClaimCommand : SigningVerb
{
    private readonly Option<JobId[]> _jobs;
    private readonly Option<Uri?> _node = SchedulerNode.Option();

    public ClaimCommand()
        : base("claim", "Collect your pay from settled jobs", "worker claim --job 2 --key ada")
    {
        _jobs = Take<JobId[]>("--job", "A settled job; may be repeated (default: every settled job you took part in)", "ID");
        _jobs.CustomParser = Parsing.Each(JobId.Parse);
        Options.Add(_node);
    }

    protected override bool TellsDryRun => true;

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var only = arguments.GetValue(_jobs) is { Length: > 0 } named ? named.Select(DebtSource.Of).ToHashSet() : null;
        using var sheets = new LocalSheets(market, SchedulerNode.Require(arguments.GetValue(_node), market.Home));
        var all = await Collecting.AskAsync(market, sheets, signer.Address, stop);
        RequireSheets(all, only, sheets);
        var owed =
            all.Only(debt => debt.Kind == DebtKind.JobCredit || (debt.Kind == DebtKind.Wage && only?.Contains(debt.Source) != false));
        if (owed.Debts.Count == 0)
            throw new Failure(ExitCode.Refused, $"Jobs owe {signer.Address} nothing.");
        var payments = await Collecting.PayAsync(market, owed, signer, output, stop);
        var paid = Money.Sum(payments.Select(payment => payment.Paid));
        var earned = owed.Debts.Where(debt => debt.Kind == DebtKind.Wage && Collecting.WasDone(debt, payments))
            .Select(debt => new Earning(new JobId(debt.Source.Number!.Value), debt.Amount)).ToList();
        output.Show(new { worker = signer.Address, paid, earned, dryRun = signer.Rehearses, gas = Collecting.GasOf(payments),
            failed = Collecting.FailuresOf(payments) }, console =>
        {
            var table = Sheet.Of(">Job", ">Earned");
            foreach (var earning in earned)
                table.Row(earning.Job, earning.Pay);
            if (earned.Count > 0)
                console.Write(table);
            console.WriteLine($"{TerminalWording.Of(paid)} {(signer.Rehearses ? "would be paid" : "paid")} to {signer.Address}");
            console.DrawFailures(payments);
        });
        return Collecting.CodeOf(payments);
    }

    /// <summary>Pay that was asked for by its job, and whose sheet is not to be had, is not left out in silence.</summary>
    private static void RequireSheets(OwedAccount owed, HashSet<DebtSource>? only, LocalSheets sheets)
    {
        if (owed.Pending.FirstOrDefault(one => one.Kind == DebtKind.Wage && only?.Contains(one.Source) != false) is { } missing
            && (only is not null || owed.Debts.Count == 0))
            throw new Failure(ExitCode.Unreachable,
                $"The pay of {missing.Source} cannot be claimed: "
                + $"{sheets.Trouble ?? "the node has no pay sheet that leads to what is on the ledger"}. Name the node of the job's own "
                + "scheduler with --market URL.");
    }
}

internal sealed record Earning(JobId Job, Money Pay);
