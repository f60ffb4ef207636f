using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Relays;
using DataBright.Services.Discussion;
using DataBright.Terminal;
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
    private readonly Option<Hash32?> _comment;
    private readonly Option<bool> _anyway;
    private readonly Option<Uri?> _relay = PublicNode.Relay("Sign only, and let a node pay the gas");

    public VoteCommand()
        : base("vote",
            "Vote with the shares you held when the proposal opened, or judge as a curator; shielded votes are committed now and revealed "
            + "later", "proposal vote 3 --choice yes --reason 'raises accuracy by two points'")
    {
        _id = Expect("ID", ProposalId.Parse, "The proposal");
        _choice = Require("--choice", Parsing.OneOf<Choice>, "yes or no", "CHOICE");
        _reason = Take<string?>("--reason", PlainText.Words, "Why; it is kept on the ledger for everyone to read", "TEXT");
        _signOnly = Take<string?>("--sign-only",
            "Write a signed ballot to this file and send nothing: anyone can carry it, and pays the gas", "FILE");
        _comment = Take<Hash32?>("--comment", text => Hash32.Parse(text),
            "A comment that the vote rests on; its hash goes into the reason, so that nobody can change what was argued", "HASH");
        _anyway = Take<bool>("--anyway", "Vote yes although the proposal's file does not hold what it announces");
        Options.Add(_relay);
        _valid = TakeOr("--valid-for", TimeSpan.FromDays(1), QuantityText.ParseTime,
            "With --sign-only or --relay: how long the ballot may be carried", "1d|12h");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var proposal = await market.Ledger.Proposals.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        var (choice, reason) = (arguments.GetValue(_choice), arguments.GetValue(_reason) ?? "");
        if (arguments.GetValue(_comment) is { } comment)
            reason = VoteAnchor.Reason(comment, reason);
        await RequireFileAsync(arguments, market, proposal, choice, output, stop);
        var (file, relayed) = (arguments.GetValue(_signOnly), arguments.GetResult(_relay) is not null);
        if (proposal.Shielded && (file is not null || relayed))
            throw new Failure(ExitCode.Refused,
                $"Votes on proposal {id} are shielded (committed first, revealed later); only open votes are carried by others.");
        if (file is not null && relayed)
            throw new Failure(ExitCode.Usage, "Give --sign-only or --relay, not both.");
        if (proposal.Shielded)
            return await CommitAsync(KeptBallot.Fresh(market.Ledger.Addresses, id, signer.Address, choice, reason), proposal, market,
                signer, output, stop);

        var ballot = new Ballot(id, choice, signer.Address, reason,
            ChainTime.Whole(ChainTime.Later(TimeProvider.System.GetUtcNow(), arguments.GetValue(_valid))));
        if (file is not null)
            return await SignAsync(ballot, market, signer, file, output, stop);
        if (relayed)
            return await RelayAsync(ballot, arguments.GetValue(_relay), market, signer, output, stop);
        var vote = await output.WaitAsync("Voting", _ => market.Ledger.Proposals.VoteAsync(id, choice, reason, signer, stop));
        Tell(output, vote);
        return ExitCode.Done;
    }

    /// <summary>A yes to a file that is not what it is said to be gives shares for nothing; a no needs no second thought.</summary>
    private async Task RequireFileAsync(ParseResult arguments, MarketAccess market, Proposal proposal, Choice choice, Output output,
        CancellationToken stop)
    {
        var dataset = (await market.Ledger.Datasets.FindAsync(proposal.Dataset, stop))!;
        using var reading = await IndexReading.OpenAsync(market, stop);
        if (reading.Index.Proposals.Find(proposal.Id) is not { } listed
            || await FileCheck.ProblemAsync(market, listed.Cid, proposal.Shard, proposal.Count, dataset.Schema, dataset.Measurement, stop)
                is not { } problem)
            return;
        if (choice == Choice.Yes && !arguments.GetValue(_anyway))
            throw new Failure(ExitCode.Refused, $"{problem} To vote yes all the same, say --anyway.");
        output.Note(problem);
    }

    /// <summary>
    /// The salt is kept before anything is sent; a commitment that was sent before, and whose answer was lost, is sent again as it was.
    /// </summary>
    private static async Task<int> CommitAsync(KeptBallot fresh, Proposal proposal, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var kept = KeptBallot.Find(market.Home, market.Ledger.Addresses, proposal.Id, signer.Address);
        var committed = await market.Ledger.Proposals.CommitmentOfAsync(proposal.Id, signer.Address, stop);
        if (committed is not null && (kept?.Commitment != committed || kept.Vote != fresh.Vote))
            throw new Failure(ExitCode.Refused,
                $"{signer.Address} has committed to a vote on proposal {proposal.Id} already; it cannot be changed. Reveal it with: "
                + $"databright proposal reveal {proposal.Id}");
        // The reason is not part of what was committed to, so it can be worded anew until it is shown.
        kept = kept is null || kept.Vote != fresh.Vote ? fresh : kept with { Reason = fresh.Reason };
        if (!signer.Rehearses)
            kept.Keep(market.Home, market.Ledger.Addresses);

        if (committed is null)
            await output.WaitAsync("Committing",
                () => market.Ledger.Proposals.CommitVoteAsync(proposal.Id, kept.Vote, kept.Salt, signer, stop));
        var period = (await market.Ledger.Datasets.PolicyAsync(proposal.Dataset, stop)).RevealPeriod;
        var facts = new { proposal = proposal.Id, voter = signer.Address, choice = kept.Vote, commitment = kept.Commitment,
            revealFrom = proposal.Deadline, revealUntil = ChainTime.Later(proposal.Deadline, period) };
        output.Show(facts, console =>
        {
            console.Write(Sheet.Facts(("Proposal", proposal.Id), ("Voter", signer.Address),
                ("Vote", $"{TerminalWording.Of(kept.Vote)}, committed and not shown"), ("Reveal it after", facts.revealFrom),
                ("And until", facts.revealUntil)));
            console.MarkupLine($"[grey]databright proposal reveal {proposal.Id}[/]");
        });
        return ExitCode.Done;
    }

    private static async Task<int> RelayAsync(Ballot ballot, Uri? named, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        using var node = PublicNode.Require(named, market.Home);
        var signed = await market.Ledger.Proposals.Statements.SignAsync(ballot, signer, stop);
        var carried = await output.WaitAsync("Having it carried", _ => new RelayClient(node).VoteAsync(signed, stop));
        output.Show(carried, console =>
            console.Write(Sheet.Facts([.. Facts(carried.Vote), ("Transaction", carried.Transaction), ("Gas", "paid by the node")])));
        return ExitCode.Done;
    }

    public static void Tell(Output output, Vote vote) =>
        output.Show(vote, console => console.Write(Sheet.Facts(Facts(vote))));

    private static (string, object?)[] Facts(Vote vote) =>
    [
        ("Proposal", vote.Proposal), ("Voter", vote.Voter), ("Vote", vote.Choice),
        ("Weight", vote.Weight == ShareAmount.Zero ? "one curator" : $"{TerminalWording.Of(vote.Weight)} shares"),
        ("Reason", vote.Reason.Length == 0 ? null : vote.Reason),
    ];

    private static async Task<int> SignAsync(Ballot ballot, MarketAccess market, Signer signer, string file, Output output,
        CancellationToken stop)
    {
        var signed = await market.Ledger.Proposals.Statements.SignAsync(ballot, signer, stop);
        BallotFile.Write(file, signed, market.Ledger.Addresses);
        output.Show(new { file, ballot.Proposal, ballot.Voter, ballot.Choice, ballot.Deadline }, console =>
        {
            console.Write(Sheet.Facts(("Ballot", file), ("Proposal", ballot.Proposal), ("Vote", ballot.Choice),
                ("Good until", ballot.Deadline)));
            console.MarkupLine($"[grey]databright proposal relay {file.EscapeMarkup()}[/]");
        });
        return ExitCode.Done;
    }
}
