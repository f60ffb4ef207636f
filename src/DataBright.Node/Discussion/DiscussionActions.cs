using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Discussion;
using DataBright.Node.Actions;
using DataBright.Node.Rest;

namespace DataBright.Node.Discussion;

/// <summary>Saying something about a proposal. It costs no gas: the node keeps what is signed.</summary>
internal static class DiscussionActions
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        new("comment", "Say something about a proposal", ["proposal", "text", "parent"], CommentAsync),
    ];

    private static async Task<Deed> CommentAsync(ActionForm form, ActionDesk desk, CancellationToken stop)
    {
        var proposal = form.Id<ProposalId>("proposal");
        Hash32? parent = form.Find("parent") is null ? null : form.Hash("parent");
        var comment = new CommentDraft(form.By, form.Require("text").ReplaceLineEndings("\n"), parent).On(proposal, desk.Now);
        await desk.Discussions.RequireSayableAsync(comment, stop);
        var body = new JsonObject { ["author"] = form.By.ToString(), ["text"] = comment.Text, ["at"] = comment.At.ToUnixTimeSeconds() };
        if (comment.Parent is { } above) body["parent"] = above.ToString();
        return new Deed("Your comment is there for everyone to read.", [], new Message(
            "Sign the comment", desk.Discussions.Statements.ForWallet(comment), $"/api/v1/proposals/{proposal}/comments", body, async (key, until) =>
            {
                await desk.Discussions.SayAsync(desk.Discussions.Statements.Sign(comment, key), until);
                desk.Pulse.Beat();
                return null;
            }));
    }
}
