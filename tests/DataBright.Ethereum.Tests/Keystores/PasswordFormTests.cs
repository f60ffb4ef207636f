using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace DataBright.Ethereum.Tests.Keystores;

/// <summary>Whoever opens a keystore may type its password in any form of Unicode that has the same normal form.</summary>
public sealed class PasswordFormTests
{
    /// <summary>Made by ethers 6 with "pa" + U+0308 + "ssword", which it brings to NFKC first.</summary>
    private const string OfEthers =
        """
        {"address":"2c7536e3605d9c16a7a3d7b1898e529396a65c23","id":"d327940d-fb59-49d3-9b39-2375b90774c5","version":3,"Crypto":{"cipher":"aes-128-ctr",
        "cipherparams":{"iv":"ff2c28ad0b81d618e2ec9857b78fdf03"},"ciphertext":"4f049fb89b4d378e14f32b81af19714972838ba162b7054fcaeaeae2d63cb696","kdf":"scrypt",
        "kdfparams":{"salt":"e33e266e5350af71d1f5bf8660c9d434e3d3de696188d99250175b1977f4c75b","n":1024,"dklen":32,"p":1,"r":8},
        "mac":"c66e8f69baeb536afee693da08d2d8567a5c70ddf194ea192c88f3187930ae5e"}}
        """;

    [Theory]
    [InlineData("pa\u0308ssword")]
    [InlineData("p\u00E4ssword")]
    [InlineData("\uFF50\u00E4\uFF53sword")]
    public void A_keystore_of_ethers_opens_with_any_form_of_its_password(string password)
    {
        using var key = Keystore.Decrypt(OfEthers, password);
        key.Address.ToString().ShouldBe("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23");
    }

    [Fact]
    public void A_password_that_is_wrong_in_both_forms_is_wrong() =>
        Should.Throw<KeystoreException>(() => Keystore.Decrypt(OfEthers, "pa\u0301ssword")).IsPassword.ShouldBeTrue();

    /// <summary>Every character alone, and marks in every order behind letters that they may become one with.</summary>
    [Fact]
    public async Task The_normal_form_is_that_of_another_implementation()
    {
        var random = new Random(15);
        int[] hard = [0x41, 0x61, 0x75, 0x1A0, 0x439, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0x300, 0x301, 0x308, 0x323, 0x327, 0x345,
            0x334, 0x3099, 0x304B, 0x915, 0x93C, 0x9C7, 0x9BE, 0xFB01, 0x1E9B, 0x1D15E, 0x200D];
        var texts = Enumerable.Range(1, 0x2FFFF).Where(Rune.IsValid).Select(value => new Rune(value).ToString()).Chunk(40)
            .Select(some => string.Join('.', some))
            .Concat(Enumerable.Range(0, 20_000)
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 7))
                    .Select(_ => new Rune(hard[random.Next(hard.Length)]).ToString()))))
            .ToList();

        (await NormalAsync(texts)).Zip(texts).Where(pair => pair.First != Nfkc.Of(pair.Second)).Select(pair => pair.Second).ShouldBeEmpty();
    }

    private static async Task<List<string>> NormalAsync(List<string> texts)
    {
        const string script =
            "const all=JSON.parse(require('fs').readFileSync(0,'utf8'));process.stdout.write(JSON.stringify(all.map(one=>one.normalize('NFKC'))))";
        using var node =
            Process.Start(new ProcessStartInfo("node", ["-e", script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var asking = Task.Run(async () =>
        {
            await JsonSerializer.SerializeAsync(node.StandardInput.BaseStream, texts,
                cancellationToken: TestContext.Current.CancellationToken);
            node.StandardInput.Close();
        });
        var answers =
            JsonSerializer.Deserialize<List<string>>(await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))!;
        await asking;
        return answers;
    }
}
