using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Usage;

/// <summary>Says that what was posted is wrong.</summary>
internal sealed class ChallengeCommand : SigningVerb
{
    private readonly Argument<JobId> _job;
    private readonly Option<string> _reason;

    public ChallengeCommand()
        : base("challenge",
            "Say that what was posted about a job is wrong, and put up a bond: a referee does the valuation again, and whoever was wrong "
            + "loses its bond; until then nobody has it back",
            "usage challenge 3 --reason 'shard 2 was worth more'")
    {
        _job = Expect("JOB", JobId.Parse, "The training job");
        _reason = Require<string>("--reason", PlainText.Words, "What is wrong; it is kept on the ledger for everyone to read", "TEXT");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var job = arguments.GetValue(_job);
        if (await market.Ledger.Jobs.FindAsync(job, stop) is null)
            throw MissingThings.Of(job);
        var bond = await market.Ledger.Usage.BondAsync(stop);
        await output.WaitAsync($"Challenging with a bond of {TerminalWording.Of(bond)}, lost if what was posted is right",
            () => market.Ledger.Usage.ChallengeAsync(job, arguments.GetValue(_reason)!, signer, stop));
        var posting = await market.Ledger.Usage.FindAsync(job, stop);
        output.Show(new { job, challenger = signer.Address, bond, until = posting!.Until }, console => console.Write(Sheet.Facts(
            ("Job", job), ("Challenged by", signer.Address), ("Bond", bond), ("Other referees from", posting.Until))));
        return ExitCode.Done;
    }
}
