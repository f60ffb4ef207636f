using System.Globalization;
using System.Text;

namespace DataBright.Cli.Accounts.Mnemonics;

/// <summary>
/// Text whose normal form (NFKD) is known for certain. BIP-39 hashes that form; this program runs without the system's Unicode
/// tables, where .NET leaves text as it is, and NBitcoin's own table has gaps. What falls into a gap would lead to another key than
/// in any other wallet, so it is refused.
/// </summary>
internal static class NfkdText
{
    /// <summary>The blocks that NBitcoin's table has; a test compares every character with another implementation.</summary>
    private static readonly (int First, int Last)[] Blocks =
        [(0x0000, 0x03E8), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x3000, 0x30FF), (0x3300, 0x9FFF), (0xF900, 0xFA2D), (0xFA30, 0xFA6A),
            (0xFA6E, 0xFAFF), (0xFF00, 0xFF3B), (0xFF3E, 0xFFEF)];

    /// <summary>The first character whose normal form is not certain; null where all are.</summary>
    public static Rune? FindUncertain(string text)
    {
        Rune? before = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Blocks.Any(block => rune.Value >= block.First && rune.Value <= block.Last) || IsMark(rune) && !IsPlainBase(before))
                return rune;
            before = rune;
        }
        return null;
    }

    /// <summary>Several marks on one letter have an order, which the table does not know; one on a plain letter is in order.</summary>
    private static bool IsPlainBase(Rune? before) =>
        before is { IsAscii: true } || before is { Value: >= 0x3041 and <= 0x30FF } kana && !IsMark(kana);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark;
}
