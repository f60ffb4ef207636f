using System.Globalization;

namespace DataBright.Architecture.Packages;

/// <summary>One line of <c>build/advisories.txt</c> that names an advisory.</summary>
/// <param name="Accepted">Why a version that is affected may stay; null where it may not.</param>
internal sealed record Advisory(AffectedVersions Affected, string Ids, string Severity, string Mended, string? Accepted);

/// <summary>
/// What <c>build/advisories.txt</c> says. A line is <c>registry | package | none known | date</c> or
/// <c>registry | package | versions | advisory | severity | mended in | date</c>, with <c>| accepted: why</c> after it where an
/// affected version may stay.
/// </summary>
internal sealed class Advisories
{
    public const string Path = "build/advisories.txt";

    private const string AcceptedBecause = "accepted: ";
    private static readonly string[] Severities = ["low", "moderate", "high", "critical"];

    private readonly Dictionary<PackageName, List<Advisory>> _of = [];

    /// <summary>Every package that was looked up, also those nothing is known of.</summary>
    public IReadOnlyCollection<PackageName> Packages => _of.Keys;

    public IReadOnlyList<Advisory> Of(PackageName package) => _of.GetValueOrDefault(package, []);

    public bool Name(PackageName package) => _of.ContainsKey(package);

    /// <exception cref="FormatException">A line is none; it says which and what it should be.</exception>
    public static Advisories Read(string text)
    {
        var advisories = new Advisories();
        foreach (var (number, line) in text.Split('\n').Index())
            if (line.Trim() is { Length: > 0 } written && written[0] != '#')
                advisories.Add(written.Split('|', StringSplitOptions.TrimEntries), number + 1);
        return advisories;
    }

    private void Add(string[] parts, int number)
    {
        if (parts is not [PackageName.Nuget or PackageName.Npm, { Length: > 0 }, ..])
            throw new FormatException($"{Path}, line {number}: it begins with \"nuget | package\" or \"npm | package\".");
        var package = new PackageName(parts[0], parts[1]);
        switch (parts[2..])
        {
            case ["none known", var date]:
                Date(date, number);
                if (!_of.TryAdd(package, []))
                    throw new FormatException($"{Path}, line {number}: {package} is on a line above already.");
                break;
            case [var affected, { Length: > 0 } ids, var severity, { Length: > 0 } mended, var date, .. var rest]
                when Severities.Contains(severity)
                    && (rest is [] || rest is [{ } reason] && reason.StartsWith(AcceptedBecause, StringComparison.Ordinal)):
                Date(date, number);
                if (_of.TryGetValue(package, out var known) && known is [])
                    throw new FormatException($"{Path}, line {number}: a line above says that nothing is known of {package}.");
                if (known is null)
                    _of.Add(package, known = []);
                known.Add(new(Versions(affected, number), ids, severity, mended, rest.FirstOrDefault()?[AcceptedBecause.Length..]));
                break;
            default:
                throw new FormatException(
                    $"{Path}, line {number}: expected \"none known | date\" or \"versions | advisory | severity | mended in | date\".");
        }
    }

    private static AffectedVersions Versions(string text, int number)
    {
        try
        {
            return AffectedVersions.Parse(text);
        }
        catch (FormatException fault)
        {
            throw new FormatException($"{Path}, line {number}: {fault.Message}", fault);
        }
    }

    private static void Date(string text, int number)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            throw new FormatException($"{Path}, line {number}: \"{text}\" is no date, such as 2026-11-28: the day of the look-up.");
    }
}
