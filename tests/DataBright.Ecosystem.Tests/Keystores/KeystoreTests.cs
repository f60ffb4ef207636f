using System.Text.Json.Nodes;
using DataBright.Ethereum;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Model;
using Nethereum.Signer;

namespace DataBright.Ecosystem.Tests.Keystores;

/// <summary>Keystores that one library wrote and the other opens.</summary>
public sealed class KeystoreTests
{
    private static readonly string[] Passwords = ["p", "", "correct horse – ünïcode 🦉", new('x', 300)];

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(1024, 8, 1)]
    [InlineData(256, 1, 8)]
    public void What_was_encrypted_here_opens_there(int n, int r, int p)
    {
        var chance = new Chance(61);
        foreach (var password in Passwords)
        {
            var secret = chance.Secret(chance.Below(3));
            using var key = EthereumKey.FromBytes(secret);
            var json = Keystore.Encrypt(key, password, new KeystoreCost(n, r, p));
            new KeyStoreService().DecryptKeyStoreFromJson(password, json).ShouldBe(secret);
            new KeyStoreService().GetAddressFromKeyStore(json).ShouldBe(Convert.ToHexStringLower(key.Address.AsSpan()));
        }
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(1024, 8, 1)]
    [InlineData(256, 1, 8)]
    public void What_was_encrypted_there_by_scrypt_opens_here(int n, int r, int p)
    {
        var chance = new Chance(62);
        foreach (var password in Passwords)
        {
            var secret = chance.Secret(chance.Below(3));
            var json = new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson(
                password, secret, new EthECKey(secret, true).GetPublicAddress(), new ScryptParams { N = n, R = r, P = p, Dklen = 32 });
            Opens(json, password, secret);
        }
    }

    [Fact]
    public void What_was_encrypted_there_by_pbkdf2_opens_here()
    {
        var chance = new Chance(63);
        foreach (var password in Passwords)
        {
            var secret = chance.Secret();
            var json = new KeyStorePbkdf2Service().EncryptAndGenerateKeyStoreAsJson(
                password, secret, new EthECKey(secret, true).GetPublicAddress(),
                new Pbkdf2Params { Count = 1000, Dklen = 32, Prf = "hmac-sha256" });
            Opens(json, password, secret);
        }
    }

    // 256 MiB each, so once.
    [Fact]
    public void The_defaults_of_both_open_on_the_other_side()
    {
        var secret = new Chance(64).Secret(1);
        using var key = EthereumKey.FromBytes(secret);
        new KeyStoreService().DecryptKeyStoreFromJson("p", Keystore.Encrypt(key, "p")).ShouldBe(secret);
        Opens(new KeyStoreService().EncryptAndGenerateDefaultKeyStoreAsJson("p", secret, key.Address.ToString()), "p", secret);
    }

    [Fact]
    public void A_wrong_password_and_a_changed_file_are_refused_by_both()
    {
        using var key = EthereumKey.FromBytes(new Chance(65).Secret());
        var json = Keystore.Encrypt(key, "p", new KeystoreCost(2, 1, 1));
        Should.Throw<KeystoreException>(() => Keystore.Decrypt(json, "q"));
        Should.Throw<Exception>(() => new KeyStoreService().DecryptKeyStoreFromJson("q", json)).Message.ShouldContain("MAC",
            Case.Insensitive);
        var changed = JsonNode.Parse(json)!;
        var text = changed["crypto"]!["ciphertext"]!.GetValue<string>();
        changed["crypto"]!["ciphertext"] = (text[0] == '0' ? '1' : '0') + text[1..];
        Should.Throw<KeystoreException>(() => Keystore.Decrypt(changed.ToJsonString(), "p"));
        Should.Throw<Exception>(() => new KeyStoreService().DecryptKeyStoreFromJson("p", changed.ToJsonString()));
    }

    private static void Opens(string json, string password, byte[] secret)
    {
        using var key = Keystore.Decrypt(json, password);
        var copied = new byte[EthereumKey.Size];
        key.CopySecretTo(copied);
        copied.ShouldBe(secret);
    }
}
