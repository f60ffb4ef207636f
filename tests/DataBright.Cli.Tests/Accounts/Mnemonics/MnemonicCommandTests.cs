using DataBright.Cli.Accounts.Mnemonics;
using DataBright.Ethereum;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Accounts.Mnemonics;

/// <summary>Accounts from words, with the real program.</summary>
public sealed class MnemonicCommandTests : IDisposable
{
    private const string Words = DevelopmentAccounts.Mnemonic;
    private const string First = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Words_from_standard_input_become_an_encrypted_account()
    {
        var made = (await ImportAsync($"{Words}\n")).ShouldSucceed();

        made.Json.GetProperty("address").GetString().ShouldBe(First);
        made.Json.GetProperty("path").GetString().ShouldBe("m/44'/60'/0'/0/0");
        (made.Output + made.Error).ShouldNotContain("junk");
        using var key = Keystore.Load(made.Json.GetProperty("file").GetString()!, "secret");
        key.Address.ToString().ShouldBe(First);
    }

    [Theory]
    [InlineData("\uFEFF" + Words)]
    [InlineData("\uFEFF" + Words + "\r\n")]
    [InlineData("\n  TEST test test test\ttest test\ntest test test test test  junk\n\n")]
    public async Task Words_are_read_however_a_program_writes_them(string text) =>
        (await ImportAsync(text)).ShouldSucceed().Json.GetProperty("address").GetString().ShouldBe(First);

    [Fact]
    public async Task A_folder_in_place_of_a_passphrases_file_is_said_to_be_one()
    {
        string[] import = ["account", "import", "ada", "--mnemonic", "--light", "--passphrase-file", _home.Path];

        (await Databright.RunAsync(_home.Path, "secret", import, Words)).ShouldFailClearly(ExitCode.BadInput,
            $"{_home.Path} is a folder; a file is expected.");
    }

    [Fact]
    public async Task A_path_and_a_passphrase_lead_to_other_accounts()
    {
        File.WriteAllText(_home["passphrase"], "open sesame\n");

        var (third, other) = (await ImportAsync(Words, "--path", "m/44'/60'/0'/0/2"),
            await ImportAsync(Words, "--passphrase-file", _home["passphrase"]));

        third.ShouldSucceed().Json.GetProperty("address").GetString().ShouldBe("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
        using var key = MnemonicPhrase.Parse(Words).Derive(DerivationPath.Usual, "open sesame");
        other.ShouldSucceed().Json.GetProperty("address").GetString().ShouldBe(key.Address.ToString());
    }

    [Theory]
    [InlineData("test test test test test test test test test test test jnuk", "Word 12 is not in the English word list")]
    [InlineData("test test test test test test test test test test junk test", "do not belong together")]
    [InlineData("test test", "these are 2")]
    [InlineData("", "no words")]
    public async Task Wrong_words_make_no_account(string words, string saying)
    {
        (await Databright.RunAsync(_home.Path, "secret", ["account", "import", "ada", "--mnemonic", "--light"], words))
            .ShouldFailClearly(ExitCode.BadInput, saying).Error.ShouldNotContain("junk");

        Directory.Exists(Path.Combine(_home.Path, "keys")).ShouldBeFalse();
    }

    [Fact]
    public async Task Words_belong_neither_on_the_command_line_nor_into_a_file_that_is_named_there()
    {
        (await Databright.RunAsync(_home.Path, "account", "import", "ada", "words.txt", "--mnemonic")).ShouldFailClearly(ExitCode.Usage,
            "never put words on the command line");
        (await Databright.RunAsync(_home.Path, ["account", "import", "ada", "--mnemonic", .. Words.Split(' ')]))
            .ShouldFailClearly(ExitCode.Usage);
        (await Databright.RunAsync(_home.Path, "account", "import", "ada")).ShouldFailClearly(ExitCode.Usage, "Name the FILE");
    }

    [Theory]
    [InlineData("new", "--word-count", "24")]
    [InlineData("new", "--print-words")]
    [InlineData("import", "--path", "m/0")]
    [InlineData("import", "--passphrase")]
    public async Task What_is_said_of_a_mnemonic_needs_one(string verb, params string[] more) =>
        (await Databright.RunAsync(_home.Path, ["account", verb, "ada", .. more])).ShouldFailClearly(ExitCode.Usage,
            $"{more[0]} says something about a mnemonic");

    [Fact]
    public async Task New_words_are_shown_to_nobody_without_a_terminal()
    {
        (await Databright.RunAsync(_home.Path, "account", "new", "ada", "--mnemonic", "--light")).ShouldFailClearly(ExitCode.Usage,
            "--print-words");
        (await Databright.RunAsync(_home.Path, "account", "new", "ada", "--mnemonic", "--word-count", "13"))
            .ShouldFailClearly(ExitCode.Usage, "13");

        Directory.Exists(Path.Combine(_home.Path, "keys")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(12)]
    [InlineData(24)]
    public async Task Printed_words_bring_the_account_back(int count)
    {
        var made =
            (await Databright.RunAsync(_home.Path, "account", "new", "ada", "--mnemonic", "--word-count", $"{count}", "--print-words",
                "--light", "--json")).ShouldSucceed().Json;
        var words = made.GetProperty("mnemonic").GetString()!;
        words.Split(' ').Length.ShouldBe(count);
        File.Delete(made.GetProperty("file").GetString()!);

        (await ImportAsync(words)).ShouldSucceed().Json.GetProperty("address").GetString()
            .ShouldBe(made.GetProperty("address").GetString());
    }

    private Task<Finished> ImportAsync(string words, params string[] more) =>
        Databright.RunAsync(_home.Path, "secret",
            ["account", "import", $"a{Directory.GetFileSystemEntries(_home.Path, "*", SearchOption.AllDirectories).Length}", "--mnemonic",
                "--light", "--json", .. more], words);
}
