using Mono.Cecil;
using NuGet.Versioning;

namespace DataBright.Architecture.Packages;

/// <summary>Decision 0002 names every package with its version and its reason, and how many a product may have.</summary>
public sealed class DecisionTests
{
    private const string Decision = "docs/decisions/0002-dependencies.md";
    private const int MaxInProduct = 12;

    private static readonly Manifests Manifests = new(RepositoryFiles.OnDisk);

    [Fact]
    public void Every_package_has_a_line_with_its_version_and_no_line_is_of_another()
    {
        var pinned = Manifests.Pins().Select(pin => (pin.Package, pin.Version))
            .Concat(Manifests.NpmDependencies().Select(pin => (pin.Package, pin.Version)));
        Lines().Select(line => (line.Package, line.Version)).ShouldBe(pinned, ignoreOrder: true);
    }

    [Fact]
    public void A_line_says_what_a_package_is_for_and_the_newest_version_where_it_is_another()
    {
        foreach (var line in Lines())
        {
            line.For.Length.ShouldBeGreaterThan(10, line.Package);
            if (line.Newest == "same")
                continue;
            var parts = line.Newest.Split(": ", 2);
            parts.Length.ShouldBe(2, $"{line.Package}: \"same\", or the version, a colon and why not that one");
            NuGetVersion.Parse(parts[0]).ShouldBeGreaterThan(NuGetVersion.Parse(line.Version), line.Package);
            parts[1].Length.ShouldBeGreaterThan(10, line.Package);
        }
    }

    [Fact]
    public void The_product_has_at_most_twelve_packages_of_first_rank_and_none_is_a_pre_release()
    {
        var product = OfProduct().ToHashSet();
        product.Count.ShouldBeInRange(1, MaxInProduct, string.Join(", ", product));
        var npm = Manifests.NpmDependencies().Where(pin => pin.IsInProduct).Select(pin => pin.Package);
        Lines().Where(line => line.Section.StartsWith("Product", StringComparison.Ordinal)).Select(line => line.Package)
            .ShouldBe([.. product, .. npm], ignoreOrder: true);

        var versions = Manifests.Pins().ToDictionary(pin => pin.Package, pin => pin.Version);
        product.Select(package => versions[package]).ShouldAllBe(version => !version.Contains('-'));
        Manifests.NpmDependencies().ShouldAllBe(pin => !pin.Version.Contains('-'));
    }

    [Fact]
    public void Every_version_is_one_exact_version()
    {
        Manifests.Pins().Select(pin => pin.Version).Concat(Manifests.NpmDependencies().Select(pin => pin.Version))
            .ShouldAllBe(version => IsExact(version));
    }

    [Fact]
    public void Nothing_of_the_product_uses_what_only_tests_may()
    {
        OfProduct().ShouldNotContain(package => IsOfTests(package));

        var assemblies = Directory.GetFiles(AppContext.BaseDirectory, "DataBright.*.dll")
            .Where(path => !path.EndsWith(".Tests.dll", StringComparison.Ordinal))
            .Append(Path.Combine(AppContext.BaseDirectory, "databright.dll"))
            .ToList();
        assemblies.Count.ShouldBe(Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Length);
        foreach (var path in assemblies)
        {
            using var assembly = AssemblyDefinition.ReadAssembly(path);
            assembly.MainModule.AssemblyReferences.ShouldNotContain(reference => IsOfTests(reference.Name), path);
        }
    }

    private static bool IsExact(string version) => NuGetVersion.TryParse(version, out _);

    private static IEnumerable<string> OfProduct() =>
        Manifests.References().Where(reference => reference.IsInProduct && !reference.IsExcluded).Select(reference => reference.Package);

    private static bool IsOfTests(string name) =>
        name.StartsWith("Newtonsoft", StringComparison.Ordinal) || name.StartsWith("Nethereum", StringComparison.Ordinal);

    private static List<Line> Lines()
    {
        var lines = new List<Line>();
        var section = "";
        foreach (var text in RepositoryFiles.OnDisk.Read(Decision).Split('\n'))
            if (text.StartsWith("## ", StringComparison.Ordinal))
                section = text[3..].Trim();
            else if (text.Split('|', StringSplitOptions.TrimEntries) is ["", var package, var version, var newest, var reason, ""]
                && package is not ("package" or "---"))
                lines.Add(new Line(section, package.Trim('`'), version, newest, reason));
        return lines;
    }

    private sealed record Line(string Section, string Package, string Version, string Newest, string For);
}
