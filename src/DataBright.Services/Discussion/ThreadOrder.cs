using DataBright.Market;
using DataBright.Storage.Sql;

namespace DataBright.Services.Discussion;

/// <summary>A comment's place in the order of reading.</summary>
/// <param name="Depth">Comments above it up to the beginning of its thread.</param>
internal sealed record PlacedComment(Hash32 Id, Hash32? Parent, int Depth);

/// <summary>Each comment is followed by what answers it, and that by what answers that.</summary>
internal static class ThreadOrder
{
    /// <param name="comments">In the order in which neighbours are to stand. Every one that is answered is among them.</param>
    public static IReadOnlyList<PlacedComment> Of(IReadOnlyList<PlacedComment> comments)
    {
        var answers = comments.ToLookup(comment => comment.Parent);
        var ordered = new List<PlacedComment>(comments.Count);
        // No recursion: strangers decide how deep threads are.
        var waiting = new Stack<PlacedComment>(answers[null].Reverse());
        while (waiting.TryPop(out var comment))
        {
            ordered.Add(comment);
            foreach (var answer in answers[comment.Id].Reverse()) waiting.Push(answer with { Depth = comment.Depth + 1 });
        }
        return ordered;
    }
}

/// <summary>Orders that were worked out, for those discussions that are read at the moment. Used in the file's turn only.</summary>
internal sealed class ThreadOrders
{
    private const int Most = 64;

    private readonly Dictionary<ProposalId, IReadOnlyList<PlacedComment>> _known = [];

    public IReadOnlyList<PlacedComment> Of(SqlSession file, ProposalId proposal)
    {
        if (_known.TryGetValue(proposal, out var known)) return known;
        if (_known.Count == Most) _known.Clear();
        return _known[proposal] = ThreadOrder.Of(DiscussionFile.PlacesOf(file, proposal));
    }

    /// <summary>Something was added; should that fail after all, the order is worked out once more.</summary>
    public void Forget(ProposalId proposal) => _known.Remove(proposal);
}
