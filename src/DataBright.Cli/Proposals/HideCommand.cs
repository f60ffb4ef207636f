using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Discussion;
using DataBright.Services.Discussion;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>Wishes that a comment be hidden, or shown again.</summary>
internal sealed class HideCommand : SigningVerb
{
    private readonly Argument<ProposalId> _id;
    private readonly Argument<Hash32> _comment;
    private readonly Option<bool> _show;
    private readonly Option<Uri?> _node = PublicNode.Option();

    public HideCommand()
        : base("hide", "Vote to hide a comment, with the shares you held when the proposal opened; your latest wish counts",
            "proposal hide 3 0x8ba1f109551bd432803012645ac136ddd64dba72d5f5c5b1d5bb8e0a86c9ad11")
    {
        _id = Expect("ID", ProposalId.Parse, "The proposal");
        _comment = Expect("HASH", Hash32.Parse, "The comment, as 'proposal show' names it");
        _show = Take<bool>("--show", "Wish that it be shown");
        Options.Add(_node);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var (id, hash) = (arguments.GetValue(_id), arguments.GetValue(_comment));
        using var node = PublicNode.Require(arguments.GetValue(_node), market.Home);
        var discussion = new DiscussionClient(node);
        var comment = await CommentCommand.FindAsync(market, discussion, id, hash, stop);
        var at = ChainTime.Whole(TimeProvider.System.GetUtcNow());
        var stands = await discussion.HideAsync(
            await new DiscussionStatements(market.Ledger.Addresses)
                .SignAsync(new Hiding(id, signer.Address, comment.Id, !arguments.GetValue(_show), at), signer, stop), stop);
        output.Show(stands, console => console.Write(Sheet.Facts(
            ("Comment", stands.Id), ("Hidden", stands.IsHidden), ("To hide it", $"{TerminalWording.Of(stands.HideWeight)} shares"),
            ("To show it", $"{TerminalWording.Of(stands.ShowWeight)} shares"))));
        return ExitCode.Done;
    }
}
