using System.CommandLine;
using System.Net;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Discussion;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;
using DataBright.Terminal;
using Spectre.Console;
using MissingThings = DataBright.Cli.Access.MissingThings;

namespace DataBright.Cli.Proposals;

/// <summary>Says something about a proposal, or words it anew.</summary>
internal sealed class CommentCommand : SigningVerb
{
    private readonly Argument<ProposalId> _id;
    private readonly Argument<string> _text;
    private readonly Option<Hash32?> _answer;
    private readonly Option<Hash32?> _replaces;
    private readonly Option<Uri?> _node = PublicNode.Option();

    public CommentCommand()
        : base("comment", "Say something about a proposal, signed and without gas: shareholders and the proposer can",
            "proposal comment 3 'Where are these from?'")
    {
        _id = Expect("ID", ProposalId.Parse, "The proposal");
        _text = Expect<string>("TEXT", "What to say: plain text");
        _answer = Take<Hash32?>("--answer", text => Hash32.Parse(text), "The comment that this answers", "HASH");
        _replaces = Take<Hash32?>("--replaces", text => Hash32.Parse(text),
            "Your own comment of which this is a later wording; the earlier ones stay readable", "HASH");
        Options.Add(_node);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var (id, answers, replaces) = (arguments.GetValue(_id), arguments.GetValue(_answer), arguments.GetValue(_replaces));
        using var node = PublicNode.Require(arguments.GetValue(_node), market.Home);
        var discussion = new DiscussionClient(node);
        if (replaces is { } hash)
        {
            var first = await FindAsync(market, discussion, id, hash, stop);
            if (answers is { } other && other != first.Parent)
                throw new Failure(ExitCode.Usage, "A later wording stays where the first one stands: leave --answer out.");
            (replaces, answers) = (first.Id, first.Parent);
        }

        var at = ChainTime.Whole(TimeProvider.System.GetUtcNow());
        var said = await discussion.SayAsync(
            await new DiscussionStatements(market.Ledger.Addresses)
                .SignAsync(new Comment(id, signer.Address, answers, replaces, arguments.GetValue(_text)!, at), signer, stop), stop);
        output.Show(said, console =>
        {
            console.Write(Sheet.Facts(("Comment", said.Id), ("Wording", said.IsEdited ? said.Current.Id : null), ("Answers", said.Parent),
                ("Text", said.Current.Text)));
            console.MarkupLine($"[grey]A vote that rests on it: databright proposal vote {id} --choice yes --comment {said.Current.Id}[/]");
        });
        return ExitCode.Done;
    }

    /// <summary>By the hash of any of its wordings.</summary>
    /// <exception cref="Failure">There is no such proposal, or nothing like it was said about it.</exception>
    internal static async Task<ThreadComment> FindAsync(MarketAccess market, DiscussionClient discussion, ProposalId id, Hash32 wording,
        CancellationToken stop)
    {
        IReadOnlyList<ThreadComment> thread = [];
        try
        {
            thread = await discussion.AboutAsync(id, stop);
        }
        catch (NodeRefusedException unread) when (unread.Status == HttpStatusCode.NotFound)
        {
            // The node may not have read so far, and then nothing was said there either.
            if (await market.Ledger.Proposals.FindAsync(id, stop) is null)
                throw MissingThings.Of(id);
        }

        return thread.FirstOrDefault(comment => comment.Wordings.Any(one => one.Id == wording))
            ?? throw new Failure(ExitCode.NotFound, $"Proposal {id} has no comment {wording}. See: databright proposal show {id}");
    }
}
