using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>Shows what was committed to.</summary>
internal sealed class RevealCommand : SigningVerb
{
    private readonly Argument<ProposalId> _id;

    public RevealCommand()
        : base("reveal", "Show the shielded vote, or the curator's judgement, that you committed to from this data folder",
            "proposal reveal 3 --key ada") =>
        _id = Expect("ID", ProposalId.Parse, "The proposal");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var kept = KeptBallot.Find(market.Home, market.Ledger.Addresses, id, signer.Address) ?? throw new Failure(ExitCode.NotFound,
            $"{signer.Address} committed to no vote on proposal {id} from {market.Home.Root}. The data folder it was committed from has "
            + "the salt that opens it.");
        var vote = await output.WaitAsync("Revealing",
            _ => market.Ledger.Proposals.RevealVoteAsync(id, signer.Address, kept.Vote, kept.Salt, kept.Reason, signer, stop));
        VoteCommand.Tell(output, vote);
        return ExitCode.Done;
    }
}
