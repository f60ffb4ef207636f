using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Market;
using DataBright.Market.Proposals;
using Spectre.Console;

namespace DataBright.Cli.Proposals;

/// <summary>Votes on a proposal, or signs a ballot that somebody else carries.</summary>
internal sealed class VoteCommand : SigningVerb
{
    private readonly Argument<ProposalId> _id;
    private readonly Option<Choice> _choice;
    private readonly Option<string?> _reason;
    private readonly Option<string?> _signOnly;
    private readonly Option<TimeSpan> _valid;

    public VoteCommand()
        : base("vote", "Vote with the shares you held when the proposal opened", "proposal vote 3 --choice yes --reason 'raises accuracy by two points'")
    {
        _id = Expect("ID", ProposalId.Parse, "The proposal");
        _choice = Require("--choice", Parsing.OneOf<Choice>, "yes or no", "CHOICE");
        _reason = Take<string?>("--reason", "Why; it is kept on the ledger for everyone to read", "TEXT");
        _signOnly = Take<string?>("--sign-only", "Write a signed ballot to this file and send nothing: anyone can carry it, and pays the gas", "FILE");
        _valid = TakeOr("--valid-for", TimeSpan.FromDays(1), Datasets.PolicyOptions.Span, "With --sign-only: how long the ballot may be carried", "1d|12h");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var proposal = await market.Ledger.Proposals.FindAsync(id, stop) ?? throw Missing.Proposal(id);
        var (choice, reason) = (arguments.GetValue(_choice), arguments.GetValue(_reason) ?? "");
        if (arguments.GetValue(_signOnly) is { } file)
            return Sign(new Ballot(id, choice, signer.Address, reason, DateTimeOffset.FromUnixTimeSeconds((TimeProvider.System.GetUtcNow() + arguments.GetValue(_valid)).ToUnixTimeSeconds())), market, signer, file, output);
        if (proposal.Shielded)
            throw new Failure(ExitCode.Refused, $"Votes on proposal {id} are shielded (committed first, revealed later); this command casts open votes only.");
        var vote = await output.WaitAsync("Voting", _ => market.Ledger.Proposals.VoteAsync(id, choice, reason, signer, stop));
        Tell(output, vote);
        return ExitCode.Done;
    }

    public static void Tell(Output output, Vote vote) =>
        output.Show(vote, console => console.Write(Sheet.Facts(
            ("Proposal", vote.Proposal), ("Voter", vote.Voter), ("Vote", vote.Choice), ("Weight", $"{Wording.Of(vote.Weight)} shares"), ("Reason", vote.Reason.Length == 0 ? null : vote.Reason))));

    private static int Sign(Ballot ballot, MarketAccess market, Signer signer, string file, Output output)
    {
        var signed = market.Ledger.Proposals.Statements.Sign(ballot, signer.Key);
        BallotFile.Write(file, signed, market.Ledger.Addresses);
        output.Show(new { file, ballot.Proposal, ballot.Voter, ballot.Choice, ballot.Deadline }, console =>
        {
            console.Write(Sheet.Facts(("Ballot", file), ("Proposal", ballot.Proposal), ("Vote", ballot.Choice), ("Good until", ballot.Deadline)));
            console.MarkupLine($"[grey]databright proposal relay {file.EscapeMarkup()}[/]");
        });
        return ExitCode.Done;
    }
}
