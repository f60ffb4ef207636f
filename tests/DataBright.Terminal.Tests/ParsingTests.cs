using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal.Keys;

namespace DataBright.Terminal.Tests;

public sealed class ParsingTests
{
    [Theory]
    [InlineData("chain.example/v3/0123456789abcdef0123456789abcdef")]
    [InlineData("wss://chain.example/v3/0123456789abcdef0123456789abcdef")]
    [InlineData("ada:0123456789abcdef@chain.example?key=0123456789abcdef")]
    public void A_URL_that_is_none_is_told_without_its_key(string text) =>
        Should.Throw<FormatException>(() => Parsing.Url(text)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain("chain.example"), message => message.ShouldNotContain("0123456789abcdef"));

    [Theory]
    [InlineData("1", "1000000000000000000")]
    [InlineData("0.05", "50000000000000000")]
    [InlineData("0.000000000000000001", "1")]
    [InlineData("1000000000", "1000000000000000000000000000")]
    public void Ether_is_read_to_the_last_wei(string text, string wei) => Ether.Parse(text).Wei.ShouldBe(Uint256.Parse(wei));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("0.0000000000000000001")]
    [InlineData("1000000001")]
    public void What_is_no_ether_is_refused(string text) =>
        Should.Throw<FormatException>(() => Ether.Parse(text)).Message.ShouldContain(text);

    [Fact]
    public void A_url_that_is_refused_is_repeated_without_its_password() =>
        Should.Throw<FormatException>(() => Parsing.Url("ws://ada:secret@wallet.example")).Message.ShouldSatisfyAllConditions(
            said => said.ShouldNotContain("secret"), said => said.ShouldContain("wallet.example"));

    [Theory]
    [InlineData("3d", 3 * 24 * 60 * 60)]
    [InlineData("12h", 12 * 60 * 60)]
    [InlineData("30m", 30 * 60)]
    [InlineData("90s", 90)]
    public void A_length_of_time_has_a_unit(string text, int seconds) =>
        QuantityText.ParseTime(text).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("1.5h")]
    [InlineData("3w")]
    public void What_is_no_length_of_time_is_refused(string text) => Should.Throw<FormatException>(() => QuantityText.ParseTime(text));

    [Theory]
    [InlineData("50", 5_000)]
    [InlineData("66.67", 6_667)]
    [InlineData("0", 0)]
    public void A_percentage_has_two_decimals_at_most(string text, int bps) => QuantityText.ParsePercent(text).ShouldBe(bps);

    [Theory]
    [InlineData("50%")]
    [InlineData("-1")]
    [InlineData("0.001")]
    [InlineData("many")]
    public void What_is_no_percentage_is_refused(string text) => Should.Throw<FormatException>(() => QuantityText.ParsePercent(text));

    [Theory]
    [InlineData("ada")]
    [InlineData("ada-2")]
    public void A_plain_name_names_an_account(string name) => AccountBook.CheckName(name).ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData("Ada")]
    [InlineData("../ada")]
    [InlineData("ada.json")]
    [InlineData("a b")]
    [InlineData("0x1")]
    [InlineData("2nd")]
    [InlineData("a234567890123456789012345678901234567890x")]
    public void A_name_that_could_be_a_path_or_an_address_is_refused(string name) =>
        Should.Throw<FormatException>(() => AccountBook.CheckName(name));

    [Theory]
    [InlineData("http://127.0.0.1:8545")]
    [InlineData("https://example.org/rpc")]
    public void An_address_of_the_web_is_a_url(string text) => Parsing.Url(text).ToString().ShouldStartWith(text);

    [Theory]
    [InlineData("localhost:8545")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org")]
    public void Anything_else_is_none(string text) => Should.Throw<FormatException>(() => Parsing.Url(text));

    [Fact]
    public void Words_of_strangers_cannot_move_the_cursor() =>
        TerminalWording.Of("good\u001b[2Jdata\r\nnext").ShouldBe("good [2Jdata  next");

    [Fact]
    public void Shares_are_shown_to_a_millionth_and_say_when_there_is_more()
    {
        TerminalWording.Of(ShareAmount.Parse("12.5")).ShouldBe("12.5");
        TerminalWording.Of(ShareAmount.Parse("0.333333333333333333")).ShouldBe("0.333333…");
    }
}
