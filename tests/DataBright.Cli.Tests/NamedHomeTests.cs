using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Tests;

/// <summary>Every command works in the folder that was named, and finds it in one place.</summary>
public sealed class NamedHomeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Commands =>
        ["account list", "account new ada --light", "account import ada KEY --light", "dataset list", "job watch 1", "index rebuild",
            "doctor", "up", "worker start", "account public-key"];

    /// <summary>Read off the sources: the user's own folder is looked up where the two defaults are, and nowhere else.</summary>
    [Fact]
    public void No_command_looks_for_the_folder_by_itself()
    {
        string[] allowed = ["HomeFolder.cs", "DemoFolder.cs"];
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "DataBright.Cli"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToArray();
        sources.Length.ShouldBeGreaterThan(100);

        sources.Where(file => !allowed.Contains(Path.GetFileName(file)) && File.ReadAllText(file) is var text
                && (text.Contains("SpecialFolder.UserProfile", StringComparison.Ordinal)
                    || text.Contains("\"DATABRIGHT_HOME\"", StringComparison.Ordinal)
                    || text.Contains("GlobalOptions.Home", StringComparison.Ordinal) && Path.GetFileName(file) != "GlobalOptions.cs"))
            .Select(Path.GetFileName).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task The_environment_names_it(string command)
    {
        var named = _folder["named"];
        Directory.CreateDirectory(named);
        File.WriteAllText(_folder["key"], new string('1', 64));
        File.WriteAllText(Path.Combine(named, "market.json"), "{");
        Directory.CreateDirectory(Path.Combine(named, "keys"));
        using var key = DevelopmentAccounts.Key(3);
        Keystore.Save(Path.Combine(named, "keys", "somebody.json"), key, "secret", KeystoreCost.Light);
        using var held = new HomeFolder(named).Hold();

        var said = await Databright.RunAsync(
            _folder.Path, "secret", command.Replace("KEY", _folder["key"], StringComparison.Ordinal).Split(' '), "",
            ("DATABRIGHT_HOME", named), ("DATABRIGHT_ROOT", _folder.Path));

        var all = said.Output + said.Error;
        (all.Contains(named, StringComparison.Ordinal) || all.Contains("somebody", StringComparison.Ordinal)
            || all.Contains(key.PublicKey.ToString(), StringComparison.Ordinal)).ShouldBeTrue(all);
        Directory.Exists(_folder[".databright"]).ShouldBeFalse();
        Directory.Exists(_folder[".databright-demo"]).ShouldBeFalse();
        said.ExitCode.ShouldNotBe(ExitCode.Bug, said.Error);
    }

    [Fact]
    public void The_demo_hears_it_as_every_command_does()
    {
        var words = DataBright.Cli.Commands.Root().Parse(["demo", "--home", _folder["named"]]);

        HomeFolder.Named(words).ShouldBe(new HomeFolder(_folder["named"]));
    }

    [Fact]
    public async Task A_name_that_is_empty_is_none() =>
        (await Databright.RunAsync(_folder.Path, "secret", ["account", "list"], "", ("DATABRIGHT_HOME", ""))).ShouldSucceed().Output
            .ShouldContain("No accounts yet");
}
