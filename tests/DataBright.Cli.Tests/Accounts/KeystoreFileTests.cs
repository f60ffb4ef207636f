using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Accounts;

/// <summary>A file that is no keystore is bad input (5); a keystore whose password is another one is denied (8).</summary>
public sealed class KeystoreFileTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("""{"version":3,"crypto":{}}""")]
    [InlineData("""{"version":1,"crypto":{}}""")]
    [InlineData("""{"version":3}""")]
    [InlineData("""{"version":3,"crypto":{""")]
    [InlineData("{}")]
    [InlineData("""{"crypto":"\ud800"}""")]
    public async Task What_is_no_keystore_is_bad_input(string text) => await ImportShouldFailAsync(text, ExitCode.BadInput);

    [Theory]
    [InlineData("address", "0000000000000000000000000000000000000001")]
    [InlineData("cipher", "aes-256-cbc")]
    [InlineData("kdf", "argon2")]
    [InlineData("iv", "00")]
    public async Task A_keystore_that_was_changed_so_that_no_password_opens_it_is_bad_input(string member, string value)
    {
        var keystore = JsonNode.Parse(Wallet())!;
        var inside = member switch { "address" => keystore, "iv" => keystore["crypto"]!["cipherparams"]!, _ => keystore["crypto"]! };
        inside[member] = value;

        await ImportShouldFailAsync(keystore.ToJsonString(), ExitCode.BadInput);
    }

    [Fact]
    public async Task Another_password_is_denied() => await ImportShouldFailAsync(Wallet(), ExitCode.Denied, "other");

    private async Task ImportShouldFailAsync(string text, int code, string password = "secret")
    {
        File.WriteAllText(_home["wallet.json"], text);
        File.WriteAllText(_home["password"], password);

        (await Databright.CallAsync(_home.Path, "account", "import", "w", _home["wallet.json"], "--light", "--password-file",
            _home["password"])).ShouldFailClearly(code, "wallet.json");

        File.Exists(Path.Combine(_home.Path, "keys", "w.json")).ShouldBeFalse();
    }

    private static string Wallet()
    {
        using var key = DevelopmentAccounts.Key(3);
        return Keystore.Encrypt(key, "secret", KeystoreCost.Light);
    }
}
