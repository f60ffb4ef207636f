using DataBright.Cli.Accounts.Mnemonics;
using DataBright.Ethereum;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Accounts.Mnemonics;

public sealed class MnemonicPhraseTests
{
    private const string Twelve = "legal winner thank year wave sausage worth useful legal winner thank yellow";

    [Fact]
    public void Case_and_spaces_do_not_matter()
    {
        using var plain = MnemonicPhrase.Parse(Twelve).Derive(DerivationPath.Usual, "");
        using var typed = MnemonicPhrase.Parse($"  Legal\twinner THANK\u3000{Twelve["legal winner thank ".Length..]}\r\n")
            .Derive(DerivationPath.Usual, "");

        typed.Address.ShouldBe(plain.Address);
    }

    [Fact]
    public void What_is_in_no_list_is_told_by_its_place_alone()
    {
        var secret = Twelve.Replace("thank", "thnak", StringComparison.Ordinal);

        ShouldFail(secret).ShouldBe("Words 3, 11 are not in the English word list. Check the spelling. Nothing was written.");
        ShouldFail(Twelve.Replace("wave", "wafe", StringComparison.Ordinal))
            .ShouldBe("Word 5 is not in the English word list. Check the spelling. Nothing was written.");
    }

    [Fact]
    public void Words_that_do_not_belong_together_are_told_from_misspelt_ones()
    {
        ShouldFail(Twelve.Replace("legal winner", "winner legal", StringComparison.Ordinal)).ShouldContain("do not belong together");
        ShouldFail(Twelve.Replace("yellow", "year", StringComparison.Ordinal)).ShouldContain("do not belong together");
    }

    [Theory]
    [InlineData("legal", "this is one")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank", "these are 11")]
    [InlineData("", "these are 0")]
    public void A_wrong_number_of_words_is_told(string text, string saying) => ShouldFail(text).ShouldContain(saying);

    [Fact]
    public void A_text_without_end_is_not_read() =>
        ShouldFail(new string('a', MnemonicPhrase.MaxCharacters + 1)).ShouldContain("longer than any mnemonic");

    [Fact]
    public void New_words_have_the_length_asked_for_and_are_other_ones_each_time()
    {
        foreach (var words in MnemonicPhrase.Lengths)
        {
            var (one, other) = (MnemonicPhrase.Generate(words), MnemonicPhrase.Generate(words));
            one.Words.Count.ShouldBe(words);
            one.Words.ShouldNotBe(other.Words);
            MnemonicPhrase.Parse(string.Join(' ', one.Words)).Words.ShouldBe(one.Words);
            one.ToString().ShouldBe($"{words} words");
        }
    }

    [Fact]
    public void The_development_accounts_are_those_of_their_words()
    {
        var phrase = MnemonicPhrase.Parse(DevelopmentAccounts.Mnemonic);
        for (var i = 0; i < DevelopmentAccounts.Count; i++)
        {
            using var derived = phrase.Derive(DerivationPath.Parse($"m/44'/60'/0'/0/{i}"), "");
            using var known = DevelopmentAccounts.Key(i);
            derived.Address.ShouldBe(known.Address);
        }
    }

    [Theory]
    [InlineData("Привет", "U+041F")]
    [InlineData("mật", "U+1EAD")]
    [InlineData("한", "U+D55C")]
    [InlineData("🔑", "U+1F511")]
    [InlineData("â\u0323", "U+0323")]
    [InlineData("a\u0302\u0323", "U+0323")]
    [InlineData("\\\uFF3C", "U+FF3C")]
    public void A_passphrase_whose_normal_form_is_not_certain_is_refused(string passphrase, string saying) =>
        Should.Throw<Failure>(() => MnemonicPhrase.Parse(Twelve).Derive(DerivationPath.Usual, passphrase)).Message.ShouldContain(saying);

    [Theory]
    [InlineData("m/44'/60'/0'/0/0", "m/44'/60'/0'/0/0")]
    [InlineData("m/44h/60H/0'/0/7", "m/44'/60'/0'/0/7")]
    [InlineData("m", "m")]
    [InlineData("m/2147483647'", "m/2147483647'")]
    [InlineData("m/1/2/3/4/5/6/7/8/9/10", "m/1/2/3/4/5/6/7/8/9/10")]
    public void Paths_are_read_as_wallets_write_them(string text, string path) => DerivationPath.Parse(text).ToString().ShouldBe(path);

    [Theory]
    [InlineData("")]
    [InlineData("44'/60'/0'/0/0")]
    [InlineData("M/0")]
    [InlineData("m/")]
    [InlineData("m//0")]
    [InlineData("m/-1")]
    [InlineData("m/+1")]
    [InlineData("m/ 1")]
    [InlineData("m/0''")]
    [InlineData("m/2147483648")]
    [InlineData("m/99999999999999999999")]
    [InlineData("m/0x10")]
    [InlineData("m/1/2/3/4/5/6/7/8/9/10/11")]
    public void What_is_no_path_is_refused(string text) =>
        Should.Throw<FormatException>(() => DerivationPath.Parse(text)).Message.ShouldContain("derivation path");

    private static string ShouldFail(string text)
    {
        var failure = Should.Throw<Failure>(() => MnemonicPhrase.Parse(text));
        failure.ExitCode.ShouldBe(ExitCode.BadInput);
        return failure.Message;
    }
}
