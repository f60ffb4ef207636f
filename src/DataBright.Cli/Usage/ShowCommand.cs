using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Usage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Usage;

/// <summary>Who gets what of a job's price by the use of their points.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private readonly Argument<JobId> _job;

    public ShowCommand()
        : base("show", "Show who gets what of a job's price by the use of their points, and how far that is settled", "usage show 3") =>
        _job = Expect("JOB", JobId.Parse, "The training job");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var job = arguments.GetValue(_job);
        if (await market.Ledger.Jobs.FindAsync(job, stop) is null)
            throw MissingThings.Of(job);
        var posting = await market.Ledger.Usage.FindAsync(job, stop);
        var kept = posting is null ? await market.Ledger.Usage.KeptAsync(job, stop) : Money.Zero;
        Money? bond = posting is { State: UsageState.Posted } ? await market.Ledger.Usage.BondAsync(stop) : null;
        var sheet = await LocalSheets.FindUsageAsync(market, job, stop);
        var name = AccountNames.Names(market.Home);
        var lines = new List<UsageRow>();
        foreach (var (contributor, amount) in sheet?.Lines ?? [])
            lines.Add(new UsageRow(contributor, amount,
                posting?.State == UsageState.Final && await market.Ledger.Usage.IsClaimedAsync(job, contributor, stop)));
        output.Show(new { job, kept, posting, bond, lines = sheet is null ? null : lines }, console =>
        {
            console.Write(Sheet.Facts(
                ("Job", job),
                ("State", posting is null ? kept == Money.Zero
                    ? "nothing goes by use" : $"{TerminalWording.Of(kept)} wait for the scheduler" : TerminalWording.Of(posting.State)),
                    ("Posted by", posting is null ? null : name(posting.Poster)),
                ("Challenged by", posting?.Challenger is { } challenger ? name(challenger) : null),
                (posting?.State == UsageState.Challenged ? "Other referees from" : "Challenges until",
                    posting is { State: UsageState.Posted or UsageState.Challenged } ? posting.Until : null),
                ("Bond of a challenge", bond), ("Left to claim", posting?.Left), ("Root", posting?.Root)));
            if (posting is not null && sheet is null)
                console.WriteLine("Its evidence is not in this data folder, so the lines cannot be shown.");
            var table = Sheet.Of("Contributor", ">Amount", "Claimed");
            foreach (var line in lines)
                table.Row(name(line.Contributor), line.Amount, line.Claimed);
            if (lines.Count > 0)
                console.Write(table);
        });
        return ExitCode.Done;
    }
}

internal sealed record UsageRow(Ethereum.Address Contributor, Money Amount, bool Claimed);
