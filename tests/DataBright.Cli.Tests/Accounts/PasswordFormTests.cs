using DataBright.Ethereum;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Accounts;

/// <summary>
/// Passwords are text in UTF-8; the same text in another form of Unicode opens a keystore that was made with its normal form.
/// </summary>
public sealed class PasswordFormTests : IDisposable
{
    /// <summary>Made by ethers 6 with "pa" + U+0308 + "ssword", which it brings to NFKC first.</summary>
    private const string OfEthers =
        """
        {"address":"2c7536e3605d9c16a7a3d7b1898e529396a65c23","id":"d327940d-fb59-49d3-9b39-2375b90774c5","version":3,"Crypto":{"cipher":"aes-128-ctr",
        "cipherparams":{"iv":"ff2c28ad0b81d618e2ec9857b78fdf03"},"ciphertext":"4f049fb89b4d378e14f32b81af19714972838ba162b7054fcaeaeae2d63cb696","kdf":"scrypt",
        "kdfparams":{"salt":"e33e266e5350af71d1f5bf8660c9d434e3d3de696188d99250175b1977f4c75b","n":1024,"dklen":32,"p":1,"r":8},
        "mac":"c66e8f69baeb536afee693da08d2d8567a5c70ddf194ea192c88f3187930ae5e"}}
        """;

    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(new byte[] { 0x70, 0xE4, 0x73 })] // Latin-1
    [InlineData(new byte[] { 0x70, 0xF6, 0x73 })]
    [InlineData(new byte[] { 0x70, 0xC3 })] // cut short
    [InlineData(new byte[] { 0x70, 0xED, 0xA0, 0x80 })] // half a surrogate pair
    [InlineData(new byte[] { 0x70, 0xC0, 0xAF })] // longer than need be
    [InlineData(new byte[] { 0x70, 0xEF, 0xBF, 0xBD })] // what some editor made of such bytes
    [InlineData(new byte[] { 0xFF, 0xFE, 0x70, 0, 0x77, 0 })] // UTF-16, as some shells write what is sent to a file
    [InlineData(new byte[] { 0xFE, 0xFF, 0, 0x70, 0, 0x77 })]
    [InlineData(new byte[] { 0x70, 0, 0x77, 0 })] // and without its mark
    public async Task A_password_file_that_is_no_text_is_refused_and_nothing_is_made(byte[] bytes)
    {
        File.WriteAllBytes(_home["password"], [.. bytes, (byte)'\n']);

        (await Databright.CallAsync(_home.Path, "account", "new", "x", "--light", "--password-file", _home["password"]))
            .ShouldFailClearly(ExitCode.BadInput, "UTF-8");

        Directory.Exists(Path.Combine(_home.Path, "keys")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("secret\n")]
    [InlineData("secret\r\n")]
    [InlineData("\uFEFFsecret\nnot the password\n")]
    public async Task A_password_is_the_first_line_whatever_ends_it_and_without_a_byte_order_mark(string content)
    {
        File.WriteAllText(_home["password"], content);

        string[] words = ["account", "new", "x", "--light", "--password-file", _home["password"]];

        (await Databright.CallAsync(_home.Path, words)).ShouldSucceed();

        using var kept = Keystore.Load(Path.Combine(_home.Path, "keys", "x.json"), "secret");
    }

    [Fact]
    public async Task A_password_in_the_environment_that_is_no_text_is_refused() =>
        (await Databright.RunAsync(_home.Path, "p\uFFFDss", ["account", "new", "x", "--light"])).ShouldFailClearly(ExitCode.BadInput,
            "DATABRIGHT_PASSWORD", "UTF-8");

    [Theory]
    [InlineData("pa\u0308ssword")]
    [InlineData("p\u00E4ssword")]
    [InlineData("\uFF50\u00E4\uFF53sword")]
    [InlineData("pa\u0308\uFF53\uFF53word")]
    public async Task A_wallet_of_ethers_opens_with_any_form_of_its_password(string password)
    {
        File.WriteAllText(_home["wallet.json"], OfEthers);
        File.WriteAllText(_home["password"], password);

        (await Databright.CallAsync(_home.Path, "account", "import", "w", _home["wallet.json"], "--light", "--password-file",
            _home["password"], "--json")).ShouldSucceed()
            .Json.GetProperty("address").GetString().ShouldBe("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23");

        using var kept = Keystore.Load(Path.Combine(_home.Path, "keys", "w.json"), password);
    }

    [Fact]
    public async Task A_password_that_is_wrong_in_both_forms_is_denied()
    {
        File.WriteAllText(_home["wallet.json"], OfEthers);
        File.WriteAllText(_home["password"], "pa\u0301ssword");

        (await Databright.CallAsync(_home.Path, "account", "import", "w", _home["wallet.json"], "--light", "--password-file",
            _home["password"]))
            .ShouldFailClearly(ExitCode.Denied, "password is wrong");
    }
}
