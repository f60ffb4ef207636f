using System.Globalization;
using System.Text;

namespace DataBright.Market.Discussion;

/// <summary>What a comment's words may be: plain text, shown to everybody as it stands.</summary>
internal static class CommentText
{
    /// <exception cref="CommentRefusedException">It is empty, too long, or not plain.</exception>
    public static void Require(string text, int mostBytes)
    {
        // Lengths first: nobody makes us look at every character of a megabyte.
        if (text.Length > mostBytes) throw TooLong(Encoding.UTF8.GetByteCount(text), mostBytes);
        if (string.IsNullOrWhiteSpace(text)) throw Refused("A comment needs words.");
        if (!IsPlain(text)) throw Refused("A comment is plain text: no control characters, no directions of writing that hide words.");
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > mostBytes) throw TooLong(bytes, mostBytes);
    }

    /// <summary>No lone surrogates, no control characters but line ends and tabs, and none that turn the direction of writing.</summary>
    private static bool IsPlain(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune)) return false;
            bool turns = rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
            bool controls = Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control && rune.Value is not ('\n' or '\t');
            if (turns || controls) return false;
            i += rune.Utf16SequenceLength;
        }
        return true;
    }

    private static CommentRefusedException TooLong(int bytes, int most) => Refused($"A comment has at most {most} bytes; this one has {bytes}.");

    private static CommentRefusedException Refused(string message) => new(DiscussionRule.TextInvalid, message);
}
