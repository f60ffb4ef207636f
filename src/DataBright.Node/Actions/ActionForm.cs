using System.Globalization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Rest;

namespace DataBright.Node.Actions;

/// <summary>What somebody filled in. Each bad value has one error that says what would be good.</summary>
/// <param name="by">Who acts. Whoever says so proves it by signing; until then nothing happens in that name.</param>
/// <param name="fields">By their names, as a form or as JSON brought them.</param>
internal sealed class ActionForm(Address by, IReadOnlyDictionary<string, string> fields)
{
    public const int MaxFields = 24;
    public const int MaxCharacters = 8_192;

    public Address By => by;

    /// <summary>The key of who acts, where this node holds it; null where a wallet does.</summary>
    public EthereumKey? Key { get; init; }

    public string? Find(string field) => fields.TryGetValue(field, out var text) && text.Trim() is { Length: > 0 } words ? words : null;

    public string Require(string field) => Find(field) ?? throw new InvalidRequestException(field, $"'{field}' is missing.");

    public T Id<T>(string field) where T : struct, ILedgerId<T> => RouteParsers.Id<T>(Require(field), field);

    public Address Account(string field) => RouteParsers.Account(Require(field), field);

    public Choice Choice() => Require("choice") switch
    {
        "yes" => Market.Proposals.Choice.Yes,
        "no" => Market.Proposals.Choice.No,
        _ => throw new InvalidRequestException("choice", "Choose 'yes' or 'no'."),
    };

    /// <summary>Words that go onto the ledger, where every byte is paid for.</summary>
    public string Words(string field, int most = 600)
    {
        var words = (Find(field) ?? "").ReplaceLineEndings("\n");
        if (words.Length > most) throw new InvalidRequestException(field, $"At most {most} characters, please; these are {words.Length}.");
        try
        {
            return PlainText.Words(words);
        }
        catch (FormatException odd)
        {
            throw new InvalidRequestException(field, $"Everybody reads it, so everything in it must be seen: {odd.Message}.");
        }
    }

    public Money Amount(string field) => Money.TryParse(Require(field), out var sum) && sum > Money.Zero
        ? sum
        : throw new InvalidRequestException(field, "That is no amount of dollars such as 12 or 0.50.");

    public ShareAmount Shares(string field) => ShareAmount.TryParse(Require(field), out var shares) && shares > ShareAmount.Zero
        ? shares
        : throw new InvalidRequestException(field, "That is no amount of shares such as 12 or 0.5.");

    public Fraction Percent(string field) =>
        decimal.TryParse(Require(field).TrimEnd('%', ' '), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100 && decimal.IsInteger(percent * 10_000)
            ? new Fraction((long)(percent * 10_000))
            : throw new InvalidRequestException(field, "That is no percentage from 0 to 100 such as 97.5.");

    public Hash32 Hash(string field) => Hash32.TryParse(Require(field), out var hash)
        ? hash
        : throw new InvalidRequestException(field, "That is no hash: 0x and 64 hexadecimal digits.");
}
