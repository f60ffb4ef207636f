using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Discussion;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;
using DataBright.Terminal;
using Spectre.Console;
using MissingThings = DataBright.Cli.Access.MissingThings;

namespace DataBright.Cli.Proposals;

/// <summary>Everything about one proposal.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private const int MaxVotes = 200;

    private readonly Argument<ProposalId> _id;
    private readonly Option<Uri?> _node =
        PublicNode.Option("The node that has the discussion (default: the node that runs on the data folder)");

    public ShowCommand()
        : base("show", "Show a proposal: what it offers, how it was measured, what is said about it, who voted and why", "proposal show 3")
    {
        _id = Expect("ID", ProposalId.Parse, "Its number");
        Options.Add(_node);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var proposal = reading.Index.Proposals.Find(id) ?? throw MissingThings.Of(id);
        var votes = ListOptions.Read(MaxVotes, request => reading.Index.Proposals.Votes(id, request));
        var outcome = await market.Ledger.Proposals.OutcomeAsync(id, stop);
        var judgements = reading.Index.Proposals.Judgements(id);
        var standing = ProposalStateNow.Of(proposal, reading.Index, await market.NowAsync(stop));
        var dataset = reading.Index.Datasets.Find(proposal.Dataset)!;
        var problem = await FileCheck.ProblemAsync(market, proposal.Cid, proposal.Shard, proposal.Count, dataset.Schema,
            dataset.Measurement, stop);
        var (comments, sight) = await AskNodeAsync(id, arguments.GetValue(_node), market, stop);
        output.Show(new { proposal, outcome, votes, judgements, comments, fileProblem = problem, copies = sight?.Copies }, console =>
        {
            var name = AccountNames.Names(market.Home);
            if (problem is not null)
                console.MarkupLine($"[red]{TerminalWording.Clean(problem).EscapeMarkup()}[/]");
            Draw(console, proposal, standing, outcome.ToString().ToLowerInvariant(), votes, name, sight);
            ThreadScreen.Draw(console, proposal, judgements, name);
            ThreadScreen.Draw(console, comments ?? [], name, proposal.Contributor);
        });
        return ExitCode.Done;
    }

    /// <summary>What is said about it, and what is known of its files; null where there is no node to ask.</summary>
    private static async Task<(IReadOnlyList<ThreadComment>? Comments, NodeView? Sight)> AskNodeAsync(ProposalId id, Uri? named,
        MarketAccess market, CancellationToken stop)
    {
        using var node = PublicNode.Find(named, market.Home);
        if (node is null)
            return (null, null);
        try
        {
            return (await new DiscussionClient(node).AboutAsync(id, stop), await NodeView.AskAsync(node, id, stop));
        }
        catch (NodeRefusedException) when (named is null)
        {
            // A node without pages, or one that has not read so far, keeps nobody from seeing the rest.
            return (null, null);
        }
    }

    private static void Draw(IAnsiConsole console, IndexedProposal proposal, object standing, string outcome,
        IReadOnlyList<IndexedVote> votes, Func<Address, string> name, NodeView? sight)
    {
        console.Heading($"Proposal {proposal.Id} to dataset {proposal.Dataset}");
        var open = proposal.EndedAt is null;
        console.Write(Sheet.Facts(
            ("State", open && outcome != "open" ? $"{TerminalWording.Of(standing)}; finalising would make it {outcome}" : standing),
            ("Asks for", proposal.Kind), ("Contributor", name(proposal.Contributor)),
            ("Points", proposal.Count == 0 ? null : proposal.Count), ("Shard", proposal.Replacement is null ? proposal.Shard : null),
            ("Best model", proposal.Replacement is { } replacement ? ReplaceCommand.Words(replacement) : null), ("File", proposal.Cid),
            ("Reason", proposal.Reason.Length == 0 ? null : proposal.Reason),
            ("Measured", proposal.Evaluation is { } measured
                ? $"accuracy {TerminalWording.Percent(measured.BeforePpm)} → {TerminalWording.Percent(measured.AfterPpm)}, gain "
                    + $"{TerminalWording.Points(measured.GainPpm)} points, with 95 % certainty {TerminalWording.Points(measured.LowPpm)} "
                    + $"at least, which shares follow{(sight?.High is { } high ? $", and {TerminalWording.Points(high)} at most" : "")} "
                    + $"(job {measured.Job})"
                : proposal.Kind == ProposalKind.Listing ? "not yet" : null),
            ("Counted", proposal.Evaluation is { } counted
                ? $"{TerminalWording.Of(counted.Points)} points, {TerminalWording.Of(counted.Copies)} copies left out; "
                    + $"{(counted.Posted == 1 ? "one measurement was posted"
                        : $"the one in the middle of {counted.Posted} that were posted")}"
                : null),
            ("Copies", sight?.Copies),
            ("Bond", $"${proposal.Bond}{(proposal.BondWithdrawn ? ", paid back" : "")}"), ("Minted", proposal.Minted),
            ("Votes until", proposal.Deadline), ("Ended", proposal.EndedAt), ("Extended", proposal.Extended ? true : null),
            ("Shielded", proposal.Shielded ? true : null)));
        console.WriteLine();
        console.Write(Tally(proposal));
        console.WriteLine();
        var table = Sheet.Of("Voter", "Vote", ">Weight", "Reason");
        table.Columns[^1].NoWrap = false;
        foreach (var vote in votes)
            table.Row(name(vote.Voter), vote.Choice, vote.Weight, vote.Reason);
        console.List(table, proposal.UnderReview && open ? "The curators judge it." : "Nobody has voted yet.");
    }

    private static Grid Tally(IndexedProposal proposal) => Sheet.Facts(
        ("Yes", $"{Bar(proposal.Yes, proposal.Supply)} {TerminalWording.Of(proposal.Yes)}"),
        ("No", $"{Bar(proposal.No, proposal.Supply)} {TerminalWording.Of(proposal.No)}"),
        ("Of", $"{TerminalWording.Of(proposal.Supply)} shares at the snapshot"));

    private static string Bar(ShareAmount part, ShareAmount whole)
    {
        const int Width = 30;
        var unit = whole.Units / Width;
        var filled = unit == 0 ? 0 : (int)UInt128.Min(Width, part.Units / unit);
        return new string('█', filled) + new string('·', Width - filled);
    }
}
