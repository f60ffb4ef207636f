using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>Carries somebody's signed ballot to the ledger.</summary>
internal sealed class RelayCommand : SigningVerb
{
    private readonly Argument<string> _ballot;

    public RelayCommand()
        : base("relay", "Carry a signed ballot to the ledger; the gas is yours, the vote is the signer's",
            "proposal relay ballot.json --key ada") =>
        _ballot = Expect<string>("BALLOT", "A file that 'proposal vote --sign-only' wrote");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var ballot = BallotFile.Read(arguments.GetValue(_ballot)!, market.Ledger.Addresses);
        var vote = await output.WaitAsync("Carrying the ballot", _ => market.Ledger.Proposals.RelayAsync(ballot, signer, stop));
        VoteCommand.Tell(output, vote);
        return ExitCode.Done;
    }
}
