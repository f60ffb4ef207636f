using System.Text.RegularExpressions;

namespace DataBright.Architecture.Packages;

/// <summary>Finds what should not be among the packages; a fault says what to do about it.</summary>
internal sealed partial class PackageCheck(RepositoryFiles files)
{
    private readonly Manifests _manifests = new(files);

    public IReadOnlyList<string> Faults() => [.. UnusedByProjects(), .. UnusedByScripts(), .. Affected(), .. NeverLookedUp()];

    /// <summary>Versions in Directory.Packages.props that no project asks for and that lift nothing.</summary>
    private IEnumerable<string> UnusedByProjects()
    {
        var referenced = _manifests.References().Select(reference => reference.Package).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var resolved = _manifests.Resolved().Select(package => package.Package).ToHashSet();
        foreach (var pin in _manifests.Pins().Where(pin => !referenced.Contains(pin.Package)))
            if (pin.Lifts is null)
                yield return $"{Manifests.NugetPins}: no project references {pin.Package}. "
                    + "Remove it; if it lifts what another package brings along, say so: Lifts=\"that package\".";
            else if (!resolved.Contains(new(PackageName.Nuget, pin.Package)))
                yield return $"{Manifests.NugetPins}: {pin.Package} is said to lift what {pin.Lifts} brings along, "
                    + "but no lock file has it. Remove it.";
    }

    /// <summary>Packages in package.json that no source imports, reads from node_modules or starts a program of.</summary>
    private IEnumerable<string> UnusedByScripts()
    {
        var sources = files.Paths.Where(IsSource).Select(files.Read).ToList();
        foreach (var pin in _manifests.NpmDependencies())
            if (!Mentions(sources, pin.Package, @"['""`/]")
                && !_manifests.Programs(pin.Package).Any(program => Mentions(sources, program, @"['""`\s]")))
                yield return $"{Manifests.NpmPins}: nothing references {pin.Package}. Remove it.";
    }

    /// <summary>Whether a source has the word after a quote or a slash and before what follows, in a line that is no comment.</summary>
    private static bool Mentions(IEnumerable<string> sources, string word, string follows)
    {
        var mention = new Regex($@"^(?!\s*(//|\#|\*|/\*|<!--)).*['""`/]{PathOf(word)}{follows}", RegexOptions.Multiline);
        return sources.Any(source => source.Contains(word.Split('/')[^1], StringComparison.Ordinal) && mention.IsMatch(source));
    }

    // A scope and a name are joined by a slash, or are two strings beside each other that a call joins.
    private static string PathOf(string word) => string.Join(@"(?:/|""\s*,\s*"")", word.Split('/').Select(Regex.Escape));

    private IEnumerable<string> Affected()
    {
        var advisories = Advisories.Read(files.Read(Advisories.Path));
        return from package in _manifests.Resolved()
               from advisory in advisories.Of(package.Package)
               where advisory.Accepted is null && advisory.Affected.Contain(package.Version)
               select $"{package.Path}: {package.Package} {package.Version} has {advisory.Ids} ({advisory.Severity}); "
                   + $"it is mended in {advisory.Mended}.";
    }

    private IEnumerable<string> NeverLookedUp()
    {
        var advisories = Advisories.Read(files.Read(Advisories.Path));
        return _manifests.Resolved().Select(package => package.Package).Distinct().Where(package => !advisories.Name(package))
            .Select(package => $"{Advisories.Path} does not name {package}: look it up (CONTRIBUTING.md says how) and add a line.");
    }

    // Prose may name a package that is used no more; so may the files of versions.
    private static bool IsSource(string path) =>
        SourceName().IsMatch(path) && Path.GetFileName(path) is not (Manifests.NpmPins or Manifests.NpmLock or Manifests.NugetLock);

    // A script that is run by its name has no ending.
    [GeneratedRegex(@"(\.(cs|csproj|props|js|mjs|ts|json|sh|sol|toml)|(^|/)[^./]+)$")]
    private static partial Regex SourceName();
}
