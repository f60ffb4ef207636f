using System.Globalization;
using System.Text;

namespace DataBright.Market;

/// <summary>
/// Words of people that others are shown. What turns the direction of writing, or cannot be seen, makes a text show other than it is: it is
/// refused where something is named or said, and shown as what it is (U+FFFD) where it stands on the ledger already.
/// </summary>
public static class PlainText
{
    /// <summary>What stands where a character was that is not shown.</summary>
    public const char Neutral = '\uFFFD';

    /// <summary>Joiners and variants are of scripts and pictures that come after these letters, which have no use for them.</summary>
    private const int LastOfPlainLetters = 0x58F;

    private const char Keycap = '\u20E3';

    /// <summary>A name: one line in which everything can be seen.</summary>
    /// <exception cref="FormatException">It is empty, or has what cannot be seen or turns the direction of writing.</exception>
    public static string Name(string text)
    {
        if (!text.EnumerateRunes().Any(IsSeen)) throw new FormatException("a name needs letters that can be seen");
        return FindOdd(text, lines: false) is { } odd ? throw new FormatException($"'{Shown(text)}' has {odd}") : text;
    }

    /// <summary>Words of one line or several: as a name, or nothing.</summary>
    /// <exception cref="FormatException">They have what cannot be seen or turns the direction of writing.</exception>
    public static string Words(string text) =>
        FindOdd(text, lines: true) is { } odd ? throw new FormatException($"the text has {odd}") : text;

    /// <summary>A line as it may be shown: control characters are blanks, and what hides or turns is <see cref="Neutral"/>.</summary>
    public static string Shown(string text) => Shown(text, lines: false);

    /// <summary>The same of a text of several lines, whose ends stay.</summary>
    public static string ShownLines(string text) => Shown(text, lines: true);

    /// <summary>The beginning of a text as it may be shown, where it is longer than there is room for.</summary>
    public static string Cut(string text, int most)
    {
        // Lengths first: nobody makes us look at every character of a megabyte.
        if (text.Length <= most) return Shown(text);
        var end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return Shown(text[..end]) + "…";
    }

    /// <summary>Whether something of it is ink.</summary>
    public static bool IsSeen(Rune rune) =>
        !Rune.IsWhiteSpace(rune) && !IsBlank(rune.Value)
            && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark);

    /// <summary>
    /// What keeps any text from being plain: halves of characters, control characters but line ends and tabs, what turns or hides.
    /// </summary>
    public static bool IsPlain(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune) || Turns(rune.Value) || Hides(rune.Value) || Controls(rune, lines: true))
                return false;
            at += rune.Utf16SequenceLength;
        }
        return true;
    }

    private static string Shown(string text, bool lines)
    {
        if (Ascii.IsValid(text) && !text.Any(char.IsControl)) return text;
        var shown = new StringBuilder(text.Length);
        Rune? before = null;
        for (int at = 0; at < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, at, out var rune);
            if (!isWhole) shown.Append(Neutral);
            else if (Controls(rune, lines)) shown.Append(' ');
            else if (IsOdd(rune, before, text, at)) shown.Append(Neutral);
            else shown.Append(rune.ToString());
            at += isWhole ? rune.Utf16SequenceLength : 1;
            before = isWhole ? rune : null;
        }
        return shown.ToString();
    }

    /// <summary>What is wrong with a text, in words; null where nothing is.</summary>
    private static string? FindOdd(string text, bool lines)
    {
        Rune? before = null;
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune)) return $"half a character at place {at + 1}";
            if (Controls(rune, lines)) return $"the control character U+{rune.Value:X4} at place {at + 1}";
            if (IsOdd(rune, before, text, at))
                return $"U+{rune.Value:X4} at place {at + 1}, which "
                    + $"{(Turns(rune.Value) || IsMark(rune.Value) ? "turns the direction of writing" : "cannot be seen")}";
            before = rune;
            at += rune.Utf16SequenceLength;
        }
        return null;
    }

    private static bool IsOdd(Rune rune, Rune? before, string text, int at) =>
        Turns(rune.Value) || IsMark(rune.Value) || Hides(rune.Value) || IsBlank(rune.Value)
        || (IsJoiner(rune.Value) ? !Joins(rune, before, text, at) : Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool Controls(Rune rune, bool lines) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control && !(lines && rune.Value is '\n' or '\t');

    private static bool Turns(int code) => code is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    /// <summary>Marks that give what stands beside them a direction.</summary>
    private static bool IsMark(int code) => code is 0x061C or 0x200E or 0x200F;

    private static bool Hides(int code) =>
        code is (>= 0x2060 and <= 0x2064) or (>= 0x206A and <= 0x206F) or 0xFEFF or (>= 0xFFF9 and <= 0xFFFB)
            or (>= 0xE0000 and <= 0xE007F);

    /// <summary>Letters and marks without ink, which no category tells.</summary>
    private static bool IsBlank(int code) =>
        code is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0x180B and <= 0x180F);

    /// <summary>
    /// Whether what cannot be seen does something here: between letters that are joined, behind a sign that is a picture too, within a
    /// keycap.
    /// </summary>
    private static bool Joins(Rune rune, Rune? before, string text, int at) => before switch
    {
        { Value: > LastOfPlainLetters or 0xA9 or 0xAE } => before is not { Value: <= LastOfPlainLetters } || IsPictureVariant(rune.Value),
        { Value: '#' or '*' or (>= '0' and <= '9') } => IsPictureVariant(rune.Value) && at + 1 < text.Length && text[at + 1] == Keycap,
        _ => false,
    };

    /// <summary>As a letter, or as a picture.</summary>
    private static bool IsPictureVariant(int code) => code is 0xFE0E or 0xFE0F;

    private static bool IsJoiner(int code) => code is 0x200C or 0x200D or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
