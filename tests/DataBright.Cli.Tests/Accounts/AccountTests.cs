using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;

namespace DataBright.Cli.Tests.Accounts;

/// <summary>Keys and passwords, with the real program. No chain is needed for any of it.</summary>
public sealed class AccountTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_new_account_is_a_keystore_that_only_its_owner_can_read_and_other_wallets_can_open()
    {
        var made = (await RunAsync("account", "new", "ada", "--light", "--json")).ShouldSucceed().Json;

        var file = made.GetProperty("file").GetString()!;
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var key = Keystore.Load(file, "secret");
        key.Address.ToString().ShouldBe(made.GetProperty("address").GetString());
        (await RunAsync("account", "list")).ShouldSucceed().Output.ShouldBe($"Name  Address\nada   {key.Address}\n");
    }

    [Fact]
    public async Task A_name_that_is_taken_is_never_written_over()
    {
        (await RunAsync("account", "new", "ada", "--light")).ShouldSucceed();
        var before = File.ReadAllText(Path.Combine(_home.Path, "keys", "ada.json"));

        (await RunAsync("account", "new", "ada", "--light")).ShouldFailClearly(ExitCode.Refused, "ada already");

        File.ReadAllText(Path.Combine(_home.Path, "keys", "ada.json")).ShouldBe(before);
    }

    [Fact]
    public async Task Without_a_password_nothing_is_made()
    {
        (await Databright.RunAsync(_home.Path, null, ["account", "new", "ada", "--light"])).ShouldFailClearly(ExitCode.Denied,
            "--password-file");

        Directory.Exists(Path.Combine(_home.Path, "keys")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_password_file_gives_its_first_line()
    {
        File.WriteAllText(_home["password"], "from a file\nnot this\n");
        (await Databright.RunAsync(_home.Path, null, ["account", "new", "ada", "--light", "--password-file", _home["password"]]))
            .ShouldSucceed();

        using var key = Keystore.Load(Path.Combine(_home.Path, "keys", "ada.json"), "from a file");
    }

    [Fact]
    public async Task A_keystore_and_a_bare_key_can_be_imported()
    {
        using var key = DevelopmentAccounts.Key(3);
        Keystore.Save(_home["wallet.json"], key, "secret", KeystoreCost.Light);
        File.WriteAllText(_home["bare"], "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6\n");

        foreach (var file in new[] { "wallet.json", "bare" })
        {
            var imported = (await RunAsync("account", "import", "one", _home[file], "--light", "--json")).ShouldSucceed().Json;
            imported.GetProperty("address").GetString().ShouldBe(key.Address.ToString());
            File.Delete(imported.GetProperty("file").GetString()!);
        }
    }

    [Fact]
    public async Task What_cannot_be_imported_is_told_and_nothing_is_kept()
    {
        using var key = DevelopmentAccounts.Key(3);
        Keystore.Save(_home["wallet.json"], key, "another", KeystoreCost.Light);
        File.WriteAllText(_home["zero"], new string('0', 64));
        File.WriteAllText(_home["half.json"], """{"version":3,"crypto":{""");

        (await RunAsync("account", "import", "ada", _home["wallet.json"])).ShouldFailClearly(ExitCode.Denied, "password is wrong");
        (await RunAsync("account", "import", "ada", _home["missing"])).ShouldFailClearly(ExitCode.BadInput, "missing does not exist");
        (await RunAsync("account", "import", "ada", _home["zero"])).ShouldFailClearly(ExitCode.BadInput, "no private key");
        (await RunAsync("account", "import", "ada", _home["half.json"])).ShouldFailClearly(ExitCode.BadInput, "no JSON");

        (await RunAsync("account", "list")).Output.ShouldContain("No accounts yet");
    }

    [Fact]
    public void A_bare_key_opens_on_a_development_chain_and_nowhere_else()
    {
        using var key = DevelopmentAccounts.Key(3);
        BareKey.Write(_home["bare"], key);
        var command = new Command("any");
        var options = KeyOptions.AddTo(command);
        var arguments = new RootCommand { command }.Parse(["any", "--key-file", _home["bare"]]);

        using var opened = options.Open(arguments, new HomeFolder(_home.Path), EmbeddedChain.ChainId);
        opened.Address.ShouldBe(key.Address);
        var refused = Should.Throw<Failure>(() => options.Open(arguments, new HomeFolder(_home.Path), chainId: 1));
        refused.ExitCode.ShouldBe(ExitCode.Denied);
        refused.Message.ShouldContain("account import");
    }

    private Task<Finished> RunAsync(params string[] words) => Databright.RunAsync(_home.Path, words);
}
