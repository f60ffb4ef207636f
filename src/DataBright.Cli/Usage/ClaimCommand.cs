using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Accounts;
using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Usage;

/// <summary>Collects what the use of one's points earned in a job.</summary>
internal sealed class ClaimCommand : SigningVerb
{
    private readonly Argument<JobId> _job;
    private readonly Option<string?> _for;

    public ClaimCommand()
        : base("claim",
            "Collect what the use of your points earned in a job, or have somebody else paid: the money goes to the contributor",
            "usage claim 3 --key ada")
    {
        _job = Expect("JOB", JobId.Parse, "The training job");
        _for = Take<string?>("--for", AccountNames.Check, "Whose points: a name or an address (default: yours)", "WHO");
    }

    protected override bool TellsDryRun => true;

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var job = arguments.GetValue(_job);
        var contributor = arguments.GetValue(_for) is { } who ? AccountNames.Resolve(who, market.Home) : signer.Address;
        var sheet = await UsageBook.RequireAsync(market, job, stop);
        if (sheet.ClaimOf(contributor) is null)
            throw new Failure(ExitCode.Refused, $"The points of {contributor} earned nothing in job {job} by use.");
        await UsageBook.RequirePayableAsync(market, job, stop);
        using var sheets = LocalSheets.Open(market, null);
        var owed = (await Collecting.AskAsync(market, sheets, contributor, stop))
            .Only(debt => debt.Kind == DebtKind.UsageDividend && debt.Source == DebtSource.Of(job));
        if (owed.Debts.Count == 0)
            throw new Failure(ExitCode.Refused, $"What the points of {contributor} earned in job {job} was paid to them before.");
        var payments = await Collecting.PayAsync(market, owed, signer, output, stop);
        Collecting.RequireDone(payments);
        var amount = Money.Sum(payments.Select(payment => payment.Paid));
        output.Show(new { job, contributor, amount, dryRun = signer.Rehearses }, console => console.Write(Sheet.Facts(
            ("Job", job), ("Contributor", contributor), (signer.Rehearses ? "Would be paid" : "Paid", amount),
            ("Gas", Collecting.GasOf(payments)))));
        return ExitCode.Done;
    }
}
