using NuGet.Versioning;

namespace DataBright.Architecture.Packages;

/// <summary>
/// The versions that an advisory is about, as GitHub's database writes them: comparisons, all of which hold, separated by commas
/// (<c>&gt;= 8.0.0, &lt; 8.17.1</c>). Order is that of SemVer 2, with the fourth number NuGet allows; npm's versions are a subset.
/// </summary>
internal sealed class AffectedVersions
{
    private readonly IReadOnlyList<(string Relation, NuGetVersion Bound)> _comparisons;

    private AffectedVersions(IReadOnlyList<(string, NuGetVersion)> comparisons) => _comparisons = comparisons;

    /// <exception cref="FormatException">It is no list of comparisons.</exception>
    public static AffectedVersions Parse(string text) => new([.. text.Split(',').Select(Comparison)]);

    /// <exception cref="FormatException">It is no version.</exception>
    public bool Contain(string version)
    {
        var asked = Version(version);
        return _comparisons.All(part => Holds(asked.CompareTo(part.Bound, VersionComparison.VersionRelease), part.Relation));
    }

    private static (string, NuGetVersion) Comparison(string text) => text.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) is
        [("<" or "<=" or ">" or ">=" or "=") and var relation, var bound]
        ? (relation, Version(bound))
        : throw new FormatException($"\"{text.Trim()}\" is no comparison, such as \">= 1.2.0\"; several are separated by commas.");

    private static NuGetVersion Version(string text) =>
        NuGetVersion.TryParse(text, out var version) ? version : throw new FormatException($"\"{text}\" is no version.");

    private static bool Holds(int order, string relation) => relation switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        ">=" => order >= 0,
        _ => order == 0,
    };
}
