using System.Text.Json;
using System.Xml.Linq;

namespace DataBright.Architecture.Packages;

/// <summary>What the repository's files say of packages: what is pinned, which projects ask for it, what was resolved.</summary>
internal sealed class Manifests(RepositoryFiles files)
{
    public const string NugetPins = "Directory.Packages.props";
    public const string NugetLock = "packages.lock.json";
    public const string NpmPins = "package.json";
    public const string NpmLock = "package-lock.json";

    private const string InNodeModules = "node_modules/";

    /// <summary>The elements of <c>Directory.Packages.props</c>.</summary>
    public IReadOnlyList<NugetPin> Pins() => [.. Xml(NugetPins).Descendants("PackageVersion")
        .Select(pin => new NugetPin(pin.Attribute("Include")!.Value, pin.Attribute("Version")!.Value, pin.Attribute("Lifts")?.Value))];

    /// <summary>Every <c>PackageReference</c>, also those that all projects share.</summary>
    public IReadOnlyList<NugetReference> References() => [.. files.Paths
        .Where(path => Path.GetExtension(path) is ".csproj" or ".props" && path != NugetPins)
        .SelectMany(path => Xml(path).Descendants("PackageReference")
            .Select(reference => new NugetReference(reference.Attribute("Include")!.Value, path, IsExcluded(reference))))];

    /// <summary>The packages of <c>package.json</c>; the first kind is installed wherever the product runs.</summary>
    public IReadOnlyList<NpmPin> NpmDependencies()
    {
        var json = Json(NpmPins);
        return [.. Of("dependencies", true), .. Of("devDependencies", false)];

        IEnumerable<NpmPin> Of(string kind, bool inProduct) =>
            json.GetProperty(kind).EnumerateObject().Select(pin => new NpmPin(pin.Name, pin.Value.GetString()!, inProduct));
    }

    /// <summary>The programs that a package of <c>package-lock.json</c> installs.</summary>
    public IReadOnlyList<string> Programs(string package) =>
        Json(NpmLock).GetProperty("packages").TryGetProperty(InNodeModules + package, out var entry)
        && entry.TryGetProperty("bin", out var programs)
            ? [.. programs.EnumerateObject().Select(program => program.Name)]
            : [];

    /// <summary>All that was resolved, first rank and below, of every project and of npm.</summary>
    public IReadOnlyList<PinnedPackage> Resolved() => [.. files.Paths
        .Where(path => Path.GetFileName(path) == NugetLock)
        .SelectMany(ResolvedByNuget)
        .Concat(ResolvedByNpm())];

    private IEnumerable<PinnedPackage> ResolvedByNuget(string path) =>
        from framework in Json(path).GetProperty("dependencies").EnumerateObject()
        from package in framework.Value.EnumerateObject()
        where package.Value.GetProperty("type").GetString() != "Project"
        select new PinnedPackage(new(PackageName.Nuget, package.Name), package.Value.GetProperty("resolved").GetString()!, path);

    private IEnumerable<PinnedPackage> ResolvedByNpm() =>
        from entry in Json(NpmLock).GetProperty("packages").EnumerateObject()
        where entry.Name.Length > 0
        select new PinnedPackage(new(PackageName.Npm, NameOf(entry)), entry.Value.GetProperty("version").GetString()!, NpmLock);

    // An alias, "npm:other@1.0.0", has its real name beside its version.
    private static string NameOf(JsonProperty entry) =>
        entry.Value.TryGetProperty("name", out var real) ? real.GetString()! : entry.Name.Split(InNodeModules)[^1];

    private static bool IsExcluded(XElement reference) => (string?)reference.Attribute("ExcludeAssets") == "all";

    private XDocument Xml(string path) => XDocument.Parse(files.Read(path));

    private JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(files.Read(path));
        return document.RootElement.Clone();
    }
}

/// <param name="Lifts">Which package would bring an older version along, where no project references this one itself.</param>
internal sealed record NugetPin(string Package, string Version, string? Lifts);

/// <param name="IsExcluded">Its assets are left out: it is named so that nobody else brings it along.</param>
internal sealed record NugetReference(string Package, string Project, bool IsExcluded)
{
    public bool IsInProduct => Project.StartsWith("src/", StringComparison.Ordinal);
}

internal sealed record NpmPin(string Package, string Version, bool IsInProduct);
