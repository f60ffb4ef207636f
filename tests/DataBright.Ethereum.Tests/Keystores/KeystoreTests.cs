using System.Text.Json.Nodes;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Keystores;

public sealed class KeystoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-keys-");

    public void Dispose() => _folder.Delete(recursive: true);

    // Two of the nine are wallets of the 2014 sale, which are no Web3 Secret Storage and are refused as such.
    // The scrypt example of the Web3 Secret Storage definition: its r of 1 goes with an N that RFC 7914 does not allow.
    [Fact]
    public void The_example_of_the_definition_opens()
    {
        const string json = """
            {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
            "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
            "kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
            "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"version":3}
            """;
        using var key = Keystore.Decrypt(json, "testpassword");
        var secret = new byte[EthereumKey.Size];
        key.CopySecretTo(secret);
        Convert.ToHexStringLower(secret).ShouldBe("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d");
    }

    [Fact]
    public void Every_published_keystore_opens()
    {
        var cases = Testcases.Read("wallets");
        cases.Length.ShouldBe(9);
        cases.Count(vector => vector.Text("type") == "crowdsale").ShouldBe(2);
        foreach (var vector in cases)
        {
            if (vector.Text("type") == "crowdsale")
            {
                Should.Throw<KeystoreException>(() => Keystore.Decrypt(vector.Text("json"), vector.Text("password")));
                continue;
            }
            using var key = Keystore.Decrypt(vector.Text("json"), vector.Text("password"));
            key.Address.ShouldBe(Address.Parse(vector.Text("address")));
            Secret(key).ShouldBe(vector.Text("privateKey"));
        }
    }

    [Fact]
    public void What_was_encrypted_opens_again_with_its_password_only()
    {
        using var key = EthereumKey.Generate();
        var json = Keystore.Encrypt(key, "correct horse – ünïcode", KeystoreCost.Light);
        using var opened = Keystore.Decrypt(json, "correct horse – ünïcode");
        Secret(opened).ShouldBe(Secret(key));
        Keystore.ReadAddress(json).ShouldBe(key.Address);
        json.ShouldNotContain(Secret(key)[2..]);
        Should.Throw<KeystoreException>(() => Keystore.Decrypt(json, "correct horse")).Message.ShouldContain("password is wrong");
    }

    [Fact]
    public void A_file_is_for_its_owner_only_and_never_overwritten()
    {
        var path = Path.Combine(_folder.FullName, "key.json");
        using var key = EthereumKey.Generate();
        Keystore.Save(path, key, "p", KeystoreCost.Light);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var other = EthereumKey.Generate();
        Should.Throw<IOException>(() => Keystore.Save(path, other, "p", KeystoreCost.Light)).Message.ShouldContain(path);
        using var loaded = Keystore.Load(path, "p");
        loaded.Address.ShouldBe(key.Address);
        Directory.GetFiles(_folder.FullName).ShouldBe([path]);
    }

    [Fact]
    public void A_failed_write_leaves_nothing_behind()
    {
        using var key = EthereumKey.Generate();
        key.Dispose();
        Should.Throw<ObjectDisposedException>(
            () => Keystore.Save(Path.Combine(_folder.FullName, "key.json"), key, "p", KeystoreCost.Light));
        Directory.GetFiles(_folder.FullName).ShouldBeEmpty();
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        var path = Path.Combine(_folder.FullName, "torn.json");
        using var key = EthereumKey.Generate();
        File.WriteAllText(path, Keystore.Encrypt(key, "p", KeystoreCost.Light)[..100]);
        Should.Throw<KeystoreException>(() => Keystore.Load(path, "p")).Message.ShouldBe($"{path}: The keystore is no JSON.");
        File.WriteAllBytes(path, new byte[1 << 20]);
        Should.Throw<KeystoreException>(() => Keystore.Load(path, "p")).Message.ShouldContain("at most");
    }

    [Theory]
    [InlineData("version", "1", "version 1")]
    [InlineData("crypto/cipher", "\"aes-256-gcm\"", "aes-128-ctr")]
    [InlineData("crypto/kdf", "\"argon2\"", "argon2")]
    [InlineData("crypto/kdfparams/n", "1073741824", "1073741824")]
    [InlineData("crypto/kdfparams/n", "4097", "4097")]
    [InlineData("crypto/kdfparams/p", "100000", "p = 100000")]
    [InlineData("crypto/kdfparams/dklen", "16", "16 bytes")]
    [InlineData("crypto/kdfparams/salt", "\"xyz\"", "salt")]
    [InlineData("crypto/mac", "\"00\"", "mac")]
    [InlineData("crypto/mac", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "password is wrong")]
    [InlineData("crypto/ciphertext", "\"00\"", "ciphertext")]
    [InlineData("crypto/cipherparams/iv", "7", "iv")]
    [InlineData("address", "\"00a329c0648769a73afac7f9381e08fb43dbea72\"", "says that its key is")]
    public void Every_damage_has_one_clear_error(string place, string value, string expected)
    {
        using var key = EthereumKey.FromBytes(Keccak.HashText("damage").AsSpan());
        var json = JsonNode.Parse(Keystore.Encrypt(key, "p", new KeystoreCost(2, 1, 1)))!;
        var path = place.Split('/');
        path[..^1].Aggregate(json, (node, name) => node[name]!)[path[^1]] = JsonNode.Parse(value);
        Should.Throw<KeystoreException>(() => Keystore.Decrypt(json.ToJsonString(), "p")).Message.ShouldContain(expected);
    }

    private static string Secret(EthereumKey key)
    {
        var bytes = new byte[EthereumKey.Size];
        key.CopySecretTo(bytes);
        return Hex.Encode(bytes);
    }
}
