using System.Globalization;

namespace DataBright.Market;

internal static class LedgerIds
{
    public static T Parse<T>(string text) where T : struct, ILedgerId<T> =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value > 0
            ? T.From(value)
            : throw new FormatException($"'{text}' is not the number of a {T.Noun}; those are counted 1, 2, 3 and so on.");
}
