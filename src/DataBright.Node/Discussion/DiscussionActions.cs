using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Discussion;
using DataBright.Node.Actions;
using DataBright.Node.Rest;

namespace DataBright.Node.Discussion;

/// <summary>Saying something about a proposal, and what becomes of it. It costs no gas: the node keeps what is signed.</summary>
internal static class DiscussionActions
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        new("comment", "Say something about a proposal", ["proposal", "text", "parent"], CommentAsync),
        new("reword-comment", "Word a comment of one's own anew", ["proposal", "comment", "text"], RewordAsync),
        new("hide-comment", "Wish that a comment be hidden, or shown", ["proposal", "comment", "hidden"], HideAsync),
    ];

    private static Task<PreparedAction> CommentAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        Hash32? parent = form.Find("parent") is null ? null : form.Hash("parent");
        return SayAsync(new CommentDraft(form.By, TextOf(form), parent).On(form.Id<ProposalId>("proposal"), context.Now), "Your comment is there for everyone to read.", context, stop);
    }

    private static Task<PreparedAction> RewordAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var first = Find(form, context);
        return SayAsync(
            new CommentDraft(form.By, TextOf(form), first.Parent, first.Id).On(first.Proposal, context.Now), "Your later wording is there; the earlier ones can still be read.", context, stop);
    }

    private static async Task<PreparedAction> SayAsync(Comment comment, string says, ActionContext context, CancellationToken stop)
    {
        await context.Discussions.RequireSayableAsync(comment, stop);
        var body = new JsonObject { ["author"] = comment.Author.ToString(), ["text"] = comment.Text, ["at"] = comment.At.ToUnixTimeSeconds() };
        if (comment.Parent is { } above) body["parent"] = above.ToString();
        if (comment.Replaces is { } before) body["replaces"] = before.ToString();
        return new PreparedAction(says, [], new Message(
            "Sign the comment", context.Discussions.Statements.ForWallet(comment), $"/api/v1/proposals/{comment.Proposal}/comments", body, async (key, until) =>
            {
                await context.Discussions.SayAsync(context.Discussions.Statements.Sign(comment, key), until);
                context.Pulse.Beat();
                return null;
            }));
    }

    private static async Task<PreparedAction> HideAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        bool hidden = form.Require("hidden") switch
        {
            "yes" => true,
            "no" => false,
            _ => throw new InvalidRequestException("hidden", "Choose 'yes' or 'no'."),
        };
        var comment = Find(form, context);
        var hiding = new HidingDraft(form.By, comment.Id, hidden).On(comment.Proposal, context.Now);
        await context.Discussions.RequireHideableAsync(hiding, stop);
        var body = new JsonObject { ["voter"] = hiding.Voter.ToString(), ["comment"] = hiding.Comment.ToString(), ["hidden"] = hidden, ["at"] = hiding.At.ToUnixTimeSeconds() };
        return new PreparedAction($"Your votes are counted for {(hidden ? "hiding" : "showing")} it.", [], new Message(
            $"Sign that it be {(hidden ? "hidden" : "shown")}", context.Discussions.Statements.ForWallet(hiding), $"/api/v1/proposals/{hiding.Proposal}/hidings", body, async (key, until) =>
            {
                await context.Discussions.HideAsync(context.Discussions.Statements.Sign(hiding, key), until);
                context.Pulse.Beat();
                return null;
            }));
    }

    private static string TextOf(ActionForm form) => form.Require("text").ReplaceLineEndings("\n");

    private static ThreadComment Find(ActionForm form, ActionContext context)
    {
        var (proposal, hash) = (form.Id<ProposalId>("proposal"), form.Hash("comment"));
        return context.Discussions.Find(proposal, hash) ?? throw new CommentRefusedException(DiscussionRule.ReferenceInvalid, $"Proposal {proposal} has no comment {hash}.");
    }
}
