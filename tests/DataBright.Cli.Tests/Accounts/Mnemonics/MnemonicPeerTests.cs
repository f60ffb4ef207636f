using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DataBright.Cli.Accounts.Mnemonics;

namespace DataBright.Cli.Tests.Accounts.Mnemonics;

/// <summary>The same keys as viem and cast derive, and the same normal form as another implementation of Unicode has.</summary>
public sealed class MnemonicPeerTests
{
    private const string Path = "m/44'/60'/0'/0/0";
    private const int CharactersEach = 50;

    [Fact]
    public async Task Viem_derives_the_same_addresses()
    {
        var random = new Random(39);
        var asked = Enumerable.Range(0, 60).Select(i => new Question(
            string.Join(' ', MnemonicPhrase.Generate(MnemonicPhrase.Lengths[i % 5]).Words), i % 3 == 0 ? $"pass phrase {i} é ½ ガ カ" : "",
            i % 2 == 0 ? Path : $"m/{random.Next()}'/{random.Next()}/{random.Next()}'")).ToList();

        (await AskAsync(asked)).ShouldBe(asked.Select(Ours));
    }

    [Fact]
    public void Cast_derives_the_same_addresses()
    {
        foreach (var words in MnemonicPhrase.Lengths)
        {
            var question = new Question(string.Join(' ', MnemonicPhrase.Generate(words).Words), "", $"m/44'/60'/{words}'/0/1");
            var cast =
                Process.Start(new ProcessStartInfo("cast", ["wallet", "address", "--mnemonic", question.Mnemonic,
                    "--mnemonic-derivation-path", question.Path]) { RedirectStandardOutput = true })!;
            cast.StandardOutput.ReadToEnd().Trim().ShouldBe(Ours(question));
        }
    }

    /// <summary>Every character that a passphrase may have, and every one with a mark behind it that it may have.</summary>
    [Fact]
    public async Task Passphrases_are_normalised_as_everywhere_or_refused()
    {
        var mnemonic = string.Join(' ', MnemonicPhrase.Generate(12).Words);
        var certain = Enumerable.Range(1, 0x10FFFF).Where(Rune.IsValid).Select(value => new Rune(value).ToString())
            .Where(one => NfkdText.FindUncertain(one) is null).ToList();
        var marked = from letter in Enumerable.Range('A', 26).Concat(Enumerable.Range(0x3041, 0x56))
            .Select(value => ((char)value).ToString())
                     from mark in new[] { '\u0301', '\u0327', '\u0323', '\u3099', '\u309A' }
                     let both = $"{letter}{mark}"
                     where NfkdText.FindUncertain(both) is null
                     select both;
        var asked = certain.Concat(marked).Chunk(CharactersEach)
            .Select(chunk => new Question(mnemonic, string.Concat(chunk.SelectMany(one => $"{one}.")), Path)).ToList();
        certain.Count.ShouldBeGreaterThan(27_000);

        (await AskAsync(asked)).ShouldBe(asked.Select(Ours));
    }

    private static string Ours(Question question)
    {
        using var key = MnemonicPhrase.Parse(question.Mnemonic).Derive(DerivationPath.Parse(question.Path), question.Passphrase);
        return key.Address.ToString();
    }

    private static async Task<List<string>> AskAsync(List<Question> questions)
    {
        var script = System.IO.Path.Combine(Repository.Root, "tests", "DataBright.Cli.Tests", "Accounts", "Mnemonics", "mnemonics.mjs");
        using var node =
            Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var asking = Task.Run(async () =>
        {
            foreach (var question in questions)
                await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question, JsonSerializerOptions.Web));
            node.StandardInput.Close();
        });
        var answers = (await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        await asking;
        return answers;
    }

    private sealed record Question(string Mnemonic, string Passphrase, string Path);
}
