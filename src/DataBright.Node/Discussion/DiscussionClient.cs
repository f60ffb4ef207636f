using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;

namespace DataBright.Node.Discussion;

/// <summary>A node's discussions, read and written from elsewhere.</summary>
public sealed class DiscussionClient(NodeClient node)
{
    /// <summary>Everything said about a proposal, each comment followed by its answers.</summary>
    /// <exception cref="NodeRefusedException">The node knows no such proposal.</exception>
    public async Task<IReadOnlyList<ThreadComment>> AboutAsync(ProposalId proposal, CancellationToken stop)
    {
        var all = new List<ThreadComment>();
        string? next = null;
        do
        {
            var page = await node.GetAsync<Page<ThreadComment>>(
                $"proposals/{proposal}/comments?limit={PageRequest.Most}{(next is null ? "" : "&cursor=" + next)}", stop);
            all.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);
        return all;
    }

    /// <summary>Says something, or words it anew.</summary>
    /// <returns>The comment as it stands then.</returns>
    /// <exception cref="NodeRefusedException">It breaks a rule of the discussion.</exception>
    public Task<ThreadComment> SayAsync(Signed<Comment> signed, CancellationToken stop)
    {
        var comment = signed.Statement;
        return node.PostAsync<ThreadComment>(
            $"proposals/{comment.Proposal}/comments",
            new CommentForm(comment.Author, comment.Text, comment.At.ToUnixTimeSeconds(), Hex.Encode(signed.Signature.ToBytes()),
                comment.Parent, comment.Replaces), stop);
    }

    /// <summary>Wishes that a comment be hidden or shown.</summary>
    /// <returns>The comment as it stands then.</returns>
    /// <exception cref="NodeRefusedException">It breaks a rule of the discussion.</exception>
    public Task<ThreadComment> HideAsync(Signed<Hiding> signed, CancellationToken stop)
    {
        var hiding = signed.Statement;
        return node.PostAsync<ThreadComment>(
            $"proposals/{hiding.Proposal}/hidings",
            new HidingForm(hiding.Voter, hiding.Comment, hiding.Hidden, hiding.At.ToUnixTimeSeconds(),
                Hex.Encode(signed.Signature.ToBytes())), stop);
    }
}
