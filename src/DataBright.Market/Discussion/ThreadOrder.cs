using DataBright.Ethereum;

namespace DataBright.Market.Discussion;

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
