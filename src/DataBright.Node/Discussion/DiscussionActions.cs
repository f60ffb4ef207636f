using System.Text.Json.Nodes;
using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;

namespace DataBright.Node.Discussion;

/// <summary>Saying something about a proposal, and what becomes of it. It costs no gas: the node keeps what is signed.</summary>
internal sealed class DiscussionActions(ActionContext context, ProposalDiscussions discussions, LedgerPulse pulse)
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        MarketAction.By<DiscussionActions>("comment", "Say something about a proposal", ["proposal", "text", "parent"],
            (actions, form, stop) => actions.CommentAsync(form, stop)),
        MarketAction.By<DiscussionActions>("reword-comment", "Word a comment of one's own anew", ["proposal", "comment", "text"],
            (actions, form, stop) => actions.RewordAsync(form, stop)),
        MarketAction.By<DiscussionActions>("hide-comment", "Wish that a comment be hidden, or shown", ["proposal", "comment", "hidden"],
            (actions, form, stop) => actions.HideAsync(form, stop)),
    ];

    private Task<PreparedAction> CommentAsync(ActionForm form, CancellationToken stop)
    {
        Hash32? parent = form.Find("parent") is null ? null : form.Hash("parent");
        return SayAsync(new CommentDraft(form.By, TextOf(form), parent).On(form.Id<ProposalId>("proposal"), context.Now),
            "Your comment is there for everyone to read.", stop);
    }

    private Task<PreparedAction> RewordAsync(ActionForm form, CancellationToken stop)
    {
        var first = Find(form);
        return SayAsync(
            new CommentDraft(form.By, TextOf(form), first.Parent, first.Id).On(first.Proposal, context.Now),
            "Your later wording is there; the earlier ones can still be read.", stop);
    }

    private async Task<PreparedAction> SayAsync(Comment comment, string says, CancellationToken stop)
    {
        await discussions.RequireSayableAsync(comment, stop);
        var body = new JsonObject { ["author"] = comment.Author.ToString(), ["text"] = comment.Text,
            ["at"] = comment.At.ToUnixTimeSeconds() };
        if (comment.Parent is { } above) body["parent"] = above.ToString();
        if (comment.Replaces is { } before) body["replaces"] = before.ToString();
        return new PreparedAction(says, [], new Message(
            "Sign the comment", discussions.Statements.ForWallet(comment), $"/api/v1/proposals/{comment.Proposal}/comments", body,
            async (key, until) =>
            {
                await discussions.SayAsync(discussions.Statements.Sign(comment, key), until);
                pulse.Beat();
                return null;
            }));
    }

    private async Task<PreparedAction> HideAsync(ActionForm form, CancellationToken stop)
    {
        bool hidden = form.Require("hidden") switch
        {
            "yes" => true,
            "no" => false,
            _ => throw new InvalidRequestException("hidden", "Choose 'yes' or 'no'."),
        };
        var comment = Find(form);
        var hiding = new HidingDraft(form.By, comment.Id, hidden).On(comment.Proposal, context.Now);
        await discussions.RequireHideableAsync(hiding, stop);
        var body = new JsonObject { ["voter"] = hiding.Voter.ToString(), ["comment"] = hiding.Comment.ToString(), ["hidden"] = hidden,
            ["at"] = hiding.At.ToUnixTimeSeconds() };
        return new PreparedAction($"Your votes are counted for {(hidden ? "hiding" : "showing")} it.", [], new Message(
            $"Sign that it be {(hidden ? "hidden" : "shown")}", discussions.Statements.ForWallet(hiding),
            $"/api/v1/proposals/{hiding.Proposal}/hidings", body, async (key, until) =>
            {
                await discussions.HideAsync(discussions.Statements.Sign(hiding, key), until);
                pulse.Beat();
                return null;
            }));
    }

    private static string TextOf(ActionForm form) => form.Require("text").ReplaceLineEndings("\n");

    private ThreadComment Find(ActionForm form)
    {
        var (proposal, hash) = (form.Id<ProposalId>("proposal"), form.Hash("comment"));
        return discussions.Find(proposal, hash)
            ?? throw new CommentRefusedException(DiscussionRule.ReferenceInvalid, $"Proposal {proposal} has no comment {hash}.");
    }
}
