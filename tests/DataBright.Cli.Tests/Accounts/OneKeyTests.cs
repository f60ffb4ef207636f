using DataBright.Market;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;
using DataBright.Testing.Odd;

namespace DataBright.Cli.Tests.Accounts;

/// <summary>A key is kept under one name; a folder that has it under two is read all the same.</summary>
public sealed class OneKeyTests : IAsyncLifetime
{
    private const string BareKey = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";

    private readonly TemporaryFolder _home = new();
    private ScriptedChain _chain = null!;

    public ValueTask InitializeAsync()
    {
        File.WriteAllText(_home["key"], BareKey);
        File.WriteAllText(_home["password"], "secret");
        _chain = new ScriptedChain(new OddLedger(21).AnswerOf);
        _chain.Mine([.. OddLedger.Honest()]);
        OddLedger.Market.Save(Path.Combine(_home.Path, "market.json"));
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _chain.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [InlineData("bare")]
    [InlineData("keystore")]
    [InlineData("keystore without an address")]
    public async Task A_key_that_is_here_is_not_taken_in_again(string form)
    {
        (await ImportAsync("first", _home["key"])).ShouldSucceed();
        var again = form == "bare" ? _home["key"] : _home["again.json"];
        if (form != "bare")
            File.WriteAllText(again, Without(form == "keystore" ? "" : "address", File.ReadAllText(KeyFile("first"))));

        (await ImportAsync("second", again)).ShouldFailClearly(ExitCode.Refused, "first", "already");

        File.Exists(KeyFile("second")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_mnemonic_whose_key_is_here_is_not_taken_in_again()
    {
        const string words = "test test test test test test test test test test test junk";
        (await WordsAsync("first")).ShouldSucceed();

        (await WordsAsync("second")).ShouldFailClearly(ExitCode.Refused, "first", "already");

        Task<Finished> WordsAsync(string name) =>
            Databright.RunAsync(_home.Path, "secret", ["account", "import", name, "--mnemonic", "--light"], words + "\n");
    }

    [Fact]
    public async Task Lists_go_on_working_where_one_key_has_two_names()
    {
        (await ImportAsync("first", _home["key"])).ShouldSucceed();
        File.Copy(KeyFile("first"), KeyFile("second"));

        (await Databright.CallAsync(_home.Path, "account", "list")).ShouldSucceed().Output.ShouldContain("second");
        foreach (var words in Lists())
        {
            var said = await Databright.CallAsync(_home.Path, [.. words, "--rpc", _chain.Url.ToString()]);
            said.ExitCode.ShouldBeOneOf([ExitCode.Done, ExitCode.NotFound, ExitCode.Refused, ExitCode.Unreachable],
                $"{string.Join(' ', words)}\n{said.Error}");
        }
        DataBright.Cli.Access.AccountNames
            .Names(new HomeFolder(_home.Path))(new AccountBook(new HomeFolder(_home.Path)).Find("second")!.Address).ShouldBe("first");
    }

    [Fact]
    public async Task A_name_and_a_file_that_cannot_be_read_do_not_stop_the_list()
    {
        (await ImportAsync("first", _home["key"])).ShouldSucceed();
        File.WriteAllText(KeyFile("broken"), "{");
        Directory.CreateDirectory(KeyFile("folder"));
        File.CreateSymbolicLink(KeyFile("dangling"), _home["nowhere"]);

        (await Databright.CallAsync(_home.Path, "account", "list")).ShouldSucceed().Output.ShouldContain("first");
        (await Databright.CallAsync(_home.Path, "account", "import", "other", _home["key"], "--light", "--password-file",
            _home["password"]))
            .ShouldFailClearly(ExitCode.Refused, "first");
    }

    private static IEnumerable<string[]> Lists() =>
        from noun in Commands.Root().Subcommands
        from verb in noun.Subcommands.OfType<Verb>()
        where noun.Name != "account" && (verb.Name == "list" || verb.Name == "show" && verb.Arguments.Count > 0)
        select verb.Name == "show" ? new[] { noun.Name, verb.Name, "1" } : [noun.Name, verb.Name];

    private Task<Finished> ImportAsync(string name, string file) =>
        Databright.CallAsync(_home.Path, "account", "import", name, file, "--light", "--password-file", _home["password"]);

    private string KeyFile(string name) => Path.Combine(_home.Path, "keys", $"{name}.json");

    private static string Without(string member, string json)
    {
        var keystore = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject();
        keystore.Remove(member);
        return keystore.ToJsonString();
    }
}
