using System.Text;
using DataBright.Market;

namespace DataBright.Services.Discussion;

/// <summary>What a comment's words may be: plain text, shown to everybody as it stands.</summary>
internal static class CommentText
{
    /// <exception cref="CommentRefusedException">It is empty, too long, or not plain.</exception>
    public static void Require(string text, int maxBytes)
    {
        // Lengths first: nobody makes us look at every character of a megabyte.
        if (text.Length > maxBytes) throw TooLong(Encoding.UTF8.GetByteCount(text), maxBytes);
        if (!text.EnumerateRunes().Any(PlainText.IsSeen)) throw Refused("A comment needs words.");
        if (!PlainText.IsPlain(text))
            throw Refused(
                "A comment is plain text: no control characters, no directions of writing that hide words, nothing that cannot be seen.");
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > maxBytes) throw TooLong(bytes, maxBytes);
    }

    private static CommentRefusedException TooLong(int bytes, int most) =>
        Refused($"A comment has at most {most} bytes; this one has {bytes}.");

    private static CommentRefusedException Refused(string message) => new(DiscussionRule.TextInvalid, message);
}
