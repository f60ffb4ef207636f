using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Terminal.Keys;
using Spectre.Console;

namespace DataBright.Cli.Usage;

/// <summary>What the use of somebody's points earned and was not paid yet.</summary>
internal sealed class ListCommand : MarketVerb
{
    private readonly Option<string?> _contributor;

    public ListCommand()
        : base("list", "List what points earned by their use in jobs and was not paid out yet", "usage list --contributor ada") =>
        _contributor = Take<string?>("--contributor", AccountNames.Check,
            "Whose points: a name or an address (default: those of all accounts in the data folder)", "WHO");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        Address[] contributors = arguments.GetValue(_contributor) is { } who
            ? [AccountNames.Resolve(who, market.Home)]
            : [.. new AccountBook(market.Home).All().Select(account => account.Address)];
        var lines = new List<UsageWaiting>();
        foreach (var contributor in contributors)
            lines.AddRange(await UsageBook.WaitingAsync(market, reading.Index, contributor, stop));

        var name = AccountNames.Names(market.Home);
        output.Show(lines.Select(line => new { line.Job, line.Dataset, line.Contributor, line.Amount, line.State, line.Until,
            line.Claimable }), console =>
        {
            var table = Sheet.Of("Contributor", ">Job", ">Dataset", ">Amount", "To claim");
            foreach (var line in lines)
                table.Row(name(line.Contributor), line.Job, line.Dataset, line.Amount, line.When);
            console.List(table, "Nothing waits. Contributors earn by use when a training job over their points is settled.");
            if (lines.Any(line => line.Claimable))
                console.MarkupLine("[grey]databright share claim[/]");
        });
        return ExitCode.Done;
    }
}
