namespace DataBright.Architecture.Packages;

/// <summary>Every package is used, and no version of one has a known advisory.</summary>
public sealed class PackageTests
{
    private const string AnyLock = "src/DataBright.Market/packages.lock.json";

    // Not written in one piece: this file is among the sources that are searched for it.
    private const string Idle = "idle" + "-package";

    private static readonly Lazy<IReadOnlyList<string>> FaultsOnDisk = new(() => Faults(RepositoryFiles.OnDisk));

    [Fact]
    public void No_package_is_idle_affected_or_unknown() => FaultsOnDisk.Value.ShouldBeEmpty();

    [Fact]
    public void A_version_that_nothing_references_is_found() =>
        Added(Pin("<PackageVersion Include=\"Markdig\" Version=\"0.41.3\" />")).ShouldHaveSingleItem()
            .ShouldStartWith("Directory.Packages.props: no project references Markdig. Remove it; ");

    [Fact]
    public void A_version_that_lifts_what_nobody_brings_along_is_found() =>
        Added(Pin("<PackageVersion Include=\"Markdig\" Version=\"0.41.3\" Lifts=\"Shouldly\" />")).ShouldHaveSingleItem()
            .ShouldStartWith("Directory.Packages.props: Markdig is said to lift what Shouldly brings along, but no lock file has it.");

    [Fact]
    public void A_version_that_lifts_what_another_package_brings_along_may_stay() =>
        Added(Pin("<PackageVersion Include=\"DiffEngine\" Version=\"11.3.0\" Lifts=\"Shouldly\" />")).ShouldBeEmpty();

    [Fact]
    public void A_package_of_npm_that_nothing_references_is_found() =>
        Added(NpmPin()).ShouldBe([$"package.json: nothing references {Idle}. Remove it."]);

    [Theory]
    [InlineData($"import {{ a }} from '{Idle}';")]
    [InlineData($"const {{ a }} = require(\"{Idle}/sub\");")]
    [InlineData($"var path = Path.Combine(root, \"node_modules\", \"{Idle}\", \"data\");")]
    [InlineData($"  <EmbeddedResource Include=\"$(NodeModules)/{Idle}/dist/a.js\" />")]
    public void A_package_of_npm_is_used_by_an_import_or_by_its_path(string use)
    {
        Added(NpmPin().With("tests/use.mjs", "let a;\n" + use)).ShouldBeEmpty();
        Added(NpmPin().With("tests/use.mjs", "  // " + use)).ShouldHaveSingleItem("a comment is no use");
        Added(NpmPin().With("docs/use.md", use)).ShouldHaveSingleItem("prose is no use");
        Added(NpmPin().With("tests/use.mjs", use.Replace(Idle, Idle + "-more"))).ShouldHaveSingleItem("another package is no use");
    }

    [Theory]
    [InlineData("SQLitePCLRaw.lib.e_sqlite3", "2.0.6", "CVE-2025-6965")]
    [InlineData("Newtonsoft.Json", "12.0.3", "GHSA-5crp-9r3c-p9vr")]
    public void An_affected_version_is_found_also_where_another_package_brought_it(string package, string version, string advisory)
    {
        var faults = Added(RepositoryFiles.OnDisk.With("tests/packages.lock.json", $$"""
            { "version": 2, "dependencies": { "net10.0": { "{{package}}": { "type": "Transitive", "resolved": "{{version}}" } } } }
            """));
        var fault = faults.ShouldHaveSingleItem();
        fault.ShouldStartWith($"tests/packages.lock.json: nuget {package} {version} has ");
        fault.ShouldContain(advisory);
    }

    [Theory]
    [InlineData("node_modules/ws", "8.18.0")]
    [InlineData("node_modules/viem/node_modules/ws", "7.5.9")]
    public void An_affected_version_of_npm_is_found_at_any_depth(string folder, string version)
    {
        var faults = Added(RepositoryFiles.OnDisk.With(Manifests.NpmLock, "\"packages\": {", $$"""
            "packages": { "{{folder}}-before/{{folder}}": { "version": "{{version}}", "dev": true },
            """));
        faults.ShouldNotBeEmpty();
        faults.ShouldAllBe(fault => fault.StartsWith($"package-lock.json: npm ws {version} has "));
    }

    [Fact]
    public void A_package_that_nobody_looked_up_is_found() =>
        Added(RepositoryFiles.OnDisk.With(AnyLock, """
            { "version": 2, "dependencies": { "net10.0": { "Unheard.Of": { "type": "Transitive", "resolved": "1.0.0" } } } }
            """)).ShouldBe(["build/advisories.txt does not name nuget Unheard.Of: look it up (CONTRIBUTING.md says how) and add a line."]);

    [Fact]
    public void An_advisory_that_appears_for_a_version_in_use_is_found()
    {
        var version = new Manifests(RepositoryFiles.OnDisk).Pins().Single(pin => pin.Package == "Shouldly").Version;
        var text = RepositoryFiles.OnDisk.Read(Advisories.Path);
        var copy = RepositoryFiles.OnDisk.With(Advisories.Path, text.Replace(
            text.Split('\n').Single(line => line.StartsWith("nuget | Shouldly |", StringComparison.Ordinal)),
            $"nuget | Shouldly | <= {version} | GHSA-0 | high | nothing yet | 2026-11-28", StringComparison.Ordinal));
        Added(copy).ShouldAllBe(fault => fault.EndsWith($"nuget Shouldly {version} has GHSA-0 (high); it is mended in nothing yet."));
        Added(copy).ShouldContain(fault => fault.StartsWith("tests/DataBright.Architecture.Tests/packages.lock.json"));
    }

    private static RepositoryFiles Pin(string element) =>
        RepositoryFiles.OnDisk.With(Manifests.NugetPins, "</ItemGroup>", element + "</ItemGroup>");

    private static RepositoryFiles NpmPin() =>
        RepositoryFiles.OnDisk.With(Manifests.NpmPins, "\"devDependencies\": {", $"\"devDependencies\": {{ \"{Idle}\": \"1.0.0\",");

    private static IReadOnlyList<string> Faults(RepositoryFiles files) => new PackageCheck(files).Faults();

    /// <summary>What the check says of a copy and does not say of the repository as it is.</summary>
    private static IReadOnlyList<string> Added(RepositoryFiles copy) => [.. Faults(copy).Except(FaultsOnDisk.Value)];
}
