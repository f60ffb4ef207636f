using System.Globalization;
using System.Text.RegularExpressions;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>A rule of the market would be broken, so nothing was done. The message says which one and what to do.</summary>
public sealed partial class RuleBrokenException : RefusedException
{
    private RuleBrokenException(Rule rule, string message, IReadOnlyList<KeyValuePair<string, object>> facts, Exception? cause)
        : base(RuleBook.KindOf(rule), $"{rule}", message, cause) => (Rule, Facts) = (rule, facts);

    public Rule Rule { get; }

    /// <summary>The values the contract named, by their names in Solidity.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Facts { get; }

    /// <summary>Whether it is one of these.</summary>
    public bool Is(params ReadOnlySpan<Rule> rules) => rules.Contains(Rule);

    /// <summary>Translates a contract's refusal; null where it is no rule of the market.</summary>
    public static RuleBrokenException? From(RevertException revert)
    {
        if (revert.ErrorName is not { } name || Rule.Find(name) is not { } rule) return null;
        bool ofShares = revert.Function?.StartsWith("Shares.transfer", StringComparison.Ordinal) == true;
        return new RuleBrokenException(rule, Explain(rule, revert.Arguments, ofShares), revert.Arguments, revert);
    }

    /// <summary>A rule that was found broken before anything was sent.</summary>
    public static RuleBrokenException Of(Rule rule, params IReadOnlyList<KeyValuePair<string, object>> facts) =>
        new(rule, Explain(rule, facts, ofShares: false), facts, cause: null);

    private static string Explain(Rule rule, IReadOnlyList<KeyValuePair<string, object>> facts, bool ofShares) =>
        Placeholder().Replace(RuleBook.Messages[rule], match =>
        {
            var value = facts.FirstOrDefault(fact => fact.Key == match.Groups["name"].Value).Value;
            return value is null ? "?" : Show(value, match.Groups["as"].Value, ofShares);
        });

    private static string Show(object value, string format, bool ofShares) => (format, value) switch
    {
        ("time", Uint256 seconds) => Time(seconds),
        ("money", Uint256 units) => Amount(units, FixedPoint.Format, Money.Decimals, 2),
        ("shares", Uint256 units) => Amount(units, FixedPoint.Format, ShareAmount.Decimals, 0),
        ("amount", _) => Show(value, ofShares ? "shares" : "money", ofShares) + (ofShares ? " shares" : " dollars"),
        (_, Enum) => value.ToString()!.ToLowerInvariant(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Amount(Uint256 units, Func<UInt128, int, int, string> format, int decimals, int least) =>
        units <= UInt128.MaxValue ? format((UInt128)units, decimals, least) : units.ToString();

    private static string Time(Uint256 seconds)
    {
        var time = ChainTime.From(seconds);
        return ChainTime.IsBeyond(time) ? ChainTime.Beyond : time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\{(?<name>\w+)(:(?<as>\w+))?\}")]
    internal static partial Regex Placeholder();
}
