using System.Text.RegularExpressions;

namespace DataBright.Market;

/// <summary>What each broken rule means and what to do about it, as each word says it in its <c>…Rules.txt</c>.</summary>
/// <remarks>
/// A line is the name of the contracts' error, its kind in brackets where it is not merely refused, and the sentence. Names in braces are
/// the arguments of the error; what follows a colon says how one is shown.
/// </remarks>
internal static partial class RuleBook
{
    private const string Resources = "DataBright.Market.Rules.";

    private static readonly Dictionary<Rule, (FailureKind Kind, string Message)> Entries = Read();

    public static IReadOnlyDictionary<Rule, string> Messages { get; } =
        Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Message);

    /// <summary>Most speak of the state of the market and of who may act in it; some of what does not exist, or of who votes.</summary>
    public static FailureKind KindOf(Rule rule) => Entries[rule].Kind;

    private static Dictionary<Rule, (FailureKind, string)> Read()
    {
        var assembly = typeof(RuleBook).Assembly;
        var entries = new Dictionary<Rule, (FailureKind, string)>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            while (reader.ReadLine() is { } line)
                if (!line.StartsWith('#')) Enter(entries, name, line);
        }
        return entries;
    }

    private static void Enter(Dictionary<Rule, (FailureKind, string)> entries, string file, string line)
    {
        if (Entry().Match(line) is not { Success: true } entry || Rule.Find(entry.Groups["rule"].Value) is not { } rule)
            throw new InvalidDataException($"{file} has a line that is no rule of the contracts: {line}");
        var kind = entry.Groups["kind"].Value switch
        {
            "not found" => FailureKind.NotFound,
            "denied" => FailureKind.Denied,
            "" => FailureKind.Refused,
            var unknown => throw new InvalidDataException($"{file} gives {rule} a kind that there is not: {unknown}"),
        };
        if (!entries.TryAdd(rule, (kind, entry.Groups["says"].Value))) throw new InvalidDataException($"{file} has {rule} a second time.");
    }

    [GeneratedRegex(@"^(?<rule>\w+)( \((?<kind>[a-z ]+)\))?: (?<says>.+)$")]
    private static partial Regex Entry();
}
