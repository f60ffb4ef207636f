using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;

namespace DataBright.Node.Discussion;

/// <summary>What a page shows of a discussion, and how votes hang together with it.</summary>
/// <param name="Comments">In the order of reading.</param>
/// <param name="Count">All there are.</param>
/// <param name="Named">Comments that reasons of the votes on the page name, by the hash named.</param>
/// <param name="Votes">Votes on the page that name each comment.</param>
public sealed record CommentThread(
    Page<ThreadComment> Comments, int Count, IReadOnlyDictionary<Hash32, ThreadComment> Named, ILookup<Hash32, NamingVote> Votes)
{
    internal static CommentThread Of(ProposalDiscussions discussions, ProposalId proposal, Page<ThreadComment> comments,
        IReadOnlyList<NamingVote> votes)
    {
        var named = votes.Select(vote => vote.Comment).Distinct()
            .Select(hash => (Hash: hash, Comment: discussions.Find(proposal, hash))).Where(found => found.Comment is not null)
            .ToDictionary(found => found.Hash, found => found.Comment!);
        return new CommentThread(
            comments, discussions.CountOf(proposal), named,
            votes.Where(vote => named.ContainsKey(vote.Comment)).ToLookup(vote => named[vote.Comment].Id));
    }

    /// <summary>Whether a link within the page leads to a comment.</summary>
    public bool Shows(Hash32 comment) => Comments.Items.Any(one => one.Id == comment);
}
