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
        if (!text.EnumerateRunes().Any(IsSeen)) throw Refused("A comment needs words.");
        if (!IsPlain(text)) throw Refused("A comment is plain text: no control characters, no directions of writing that hide words, nothing that cannot be seen.");
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > mostBytes) throw TooLong(bytes, mostBytes);
    }

    private static bool IsSeen(Rune rune) => !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format);

    /// <summary>
    /// No lone surrogates, no control characters but line ends and tabs, none that turn the direction of writing, and none in which words can
    /// be written that people do not see and programs read. Joiners stay: scripts and pictures need them.
    /// </summary>
    private static bool IsPlain(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune)) return false;
            bool turns = rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
            bool controls = Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control && rune.Value is not ('\n' or '\t');
            bool hides = rune.Value is (>= 0x2060 and <= 0x2064) or (>= 0x206A and <= 0x206F) or 0xFEFF or (>= 0xFFF9 and <= 0xFFFB) or (>= 0xE0000 and <= 0xE007F);
            if (turns || controls || hides) return false;
            i += rune.Utf16SequenceLength;
        }
        return true;
    }

    private static CommentRefusedException TooLong(int bytes, int most) => Refused($"A comment has at most {most} bytes; this one has {bytes}.");

    private static CommentRefusedException Refused(string message) => new(DiscussionRule.TextInvalid, message);
}
