using System.Globalization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Node.Rest;

/// <summary>Reads what a stranger wrote into an address. Each bad value has one error that says what would be good.</summary>
internal static class RouteParsers
{
    public static T Id<T>(string text, string parameter = "id") where T : struct, ILedgerId<T> =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value is > 0 and <= long.MaxValue
            ? T.From(value)
            : throw new InvalidRequestException(parameter,
                $"'{Shown(text)}' is not the number of a {T.Noun}; those are counted 1, 2, 3 and so on.");

    public static T? OptionalId<T>(string? text, string parameter) where T : struct, ILedgerId<T> =>
        string.IsNullOrEmpty(text) ? null : Id<T>(text, parameter);

    public static Address Account(string text, string parameter = "account") =>
        Address.TryParse(text, out var address)
            ? address
            : throw new InvalidRequestException(parameter,
                $"'{Shown(text)}' is not an account: 0x and 40 hexadecimal digits, and the right checksum if some of them are capital "
                + "letters.");

    public static Cid Cid(string? text) =>
        DataBright.Storage.Cid.TryParse(text, out var cid)
            ? cid
            : throw new InvalidRequestException("cid",
                $"'{Shown(text ?? "")}' is not a CID that can be used here: version 1 or 0, raw or dag-pb, sha2-256.");

    public static PageRequest Page(string list, string? cursor, string? limit = null)
    {
        int most = PageRequest.Default;
        if (!string.IsNullOrEmpty(limit)
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > PageRequest.Most))
            throw new InvalidRequestException("limit", $"'{Shown(limit)}' is not a limit: a whole number from 1 to {PageRequest.Most}.");
        return new PageRequest(most, string.IsNullOrEmpty(cursor) ? null : Cursor.Read(list, cursor));
    }

    public static Search Search(string? words) =>
        words is { Length: > Rest.Search.MaxCharacters }
            ? throw new InvalidRequestException("q",
                $"Search for at most {Rest.Search.MaxCharacters} characters; these are {words.Length}.")
            : new Search(words?.Trim());

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
