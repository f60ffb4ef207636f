using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Proposals;

/// <summary>Takes a proposal from its curators to all shareholders.</summary>
internal sealed class AppealCommand : SigningVerb
{
    private readonly Argument<ProposalId> _id;

    public AppealCommand()
        : base("appeal", "Ask all shareholders instead of the curators, after these have shown what they think; you must hold shares",
            "proposal appeal 3 --key ada") =>
        _id = Expect("ID", ProposalId.Parse, "The proposal");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var deadline = await output.WaitAsync("Appealing", _ => market.Ledger.Proposals.AppealAsync(id, signer, stop));
        output.Show(new { proposal = id, holder = signer.Address, votesUntil = deadline }, console =>
        {
            console.Write(Sheet.Facts(("Proposal", id), ("Appealed by", signer.Address), ("Votes until", deadline)));
            console.MarkupLine($"[grey]databright proposal vote {id} --choice yes[/]");
        });
        return ExitCode.Done;
    }
}
