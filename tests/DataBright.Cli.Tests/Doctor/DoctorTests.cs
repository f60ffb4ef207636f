using System.CommandLine;
using System.Text.Json;
using System.Xml.Linq;
using DataBright.Cli.Doctor;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Doctor;

public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task It_names_every_library_of_the_product_in_the_version_that_is_pinned()
    {
        var said = (await Databright.RunAsync(_home.Path, "doctor", "--json")).Json;

        var versions = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(one => one.Attribute("Include")!.Value, one => one.Attribute("Version")!.Value);
        var used = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(file => XDocument.Load(file).Descendants("PackageReference"))
            .Where(reference => reference.Attribute("ExcludeAssets") is null)
            .Select(reference => reference.Attribute("Include")!.Value).Distinct();
        said.GetProperty("libraries").EnumerateObject().ToDictionary(library => library.Name, library => library.Value.GetString())
            .ShouldBe(used.ToDictionary(name => name, name => (string?)versions[name]), ignoreOrder: true);
    }

    [Fact]
    public async Task It_runs_the_self_test_of_the_curve_and_asks_sqlite_for_its_version()
    {
        var findings = (await Databright.RunAsync(_home.Path, "doctor", "--json")).Json.GetProperty("findings").EnumerateArray()
            .ToDictionary(finding => finding.GetProperty("what").GetString()!);

        findings["libsecp256k1"].GetProperty("state").GetString().ShouldBe("good");
        findings["libsecp256k1"].GetProperty("says").GetString().ShouldEndWith("self test passed");
        Version.Parse(findings["SQLite"].GetProperty("says").GetString()!).ShouldBeGreaterThanOrEqualTo(new Version(3, 50, 2));
    }

    [Fact]
    public async Task A_curve_that_fails_its_test_makes_the_machine_unfit()
    {
        var failed =
            await SelfTest.RunAsync(["sh", "-c", "echo '[libsecp256k1] internal consistency check failed' >&2; kill -ABRT $$"], Stop);
        var root = new RootCommand { new DoctorCommand(_ => Task.FromResult(failed)) };
        foreach (var option in GlobalOptions.All)
            root.Options.Add(option);
        var said = new StringWriter();

        var code = await root.Parse(["doctor", "--json", "--home", _home.Path])
            .InvokeAsync(new InvocationConfiguration { Output = said, Error = TextWriter.Null }, Stop);

        code.ShouldBe(ExitCode.CheckFailed);
        var json = JsonDocument.Parse(said.ToString()).RootElement;
        json.GetProperty("healthy").GetBoolean().ShouldBeFalse();
        json.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("what").GetString() == "libsecp256k1")
            .GetProperty("says").GetString()
            .ShouldBe(
                "its self test ended with 134: [libsecp256k1] internal consistency check failed. Do not sign anything on this machine: no "
                + "key, no signature is sure");
    }

    [Fact]
    public async Task A_self_test_that_cannot_be_started_is_no_passed_one() =>
        (await SelfTest.RunAsync([_home["nothing"]], Stop)).State.ShouldBe(Health.Missing);

    [Theory]
    [InlineData("3.53.0", true)]
    [InlineData("3.50.2", true)]
    [InlineData("3.50.1", false)]
    [InlineData("3.35.5", false)]
    public void An_sqlite_with_a_known_weakness_is_told(string version, bool isGood) =>
        Libraries.Sqlite(version).State.ShouldBe(isGood ? Health.Good : Health.Missing);
}
