using DataBright.Ethereum;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Model;
using Nethereum.Signer;

namespace DataBright.Ecosystem.Tests.Keys;

/// <summary>One key in 256 begins with a zero byte. Nethereum's key signs with it rightly, and gives it away shortened.</summary>
public sealed class LeadingZeroTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    public void A_key_keeps_its_32_bytes_here(int zeros)
    {
        var secret = new Chance(51).Secret(zeros);
        using var key = EthereumKey.FromBytes(secret);
        var copied = new byte[EthereumKey.Size];
        key.CopySecretTo(copied);
        copied.ShouldBe(secret);
        using var opened = Keystore.Decrypt(Keystore.Encrypt(key, "p", new KeystoreCost(2, 1, 1)), "p");
        opened.Address.ShouldBe(key.Address);
    }

    // When this fails, Nethereum was repaired: take the line out of decision 0003.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    public void Known_difference_nethereum_drops_them_and_its_keystore_then_refuses_its_own_key(int zeros)
    {
        var theirs = new EthECKey(new Chance(51).Secret(zeros), true);
        theirs.GetPrivateKeyAsBytes().Length.ShouldBe(EthereumKey.Size - zeros);
        theirs.GetPrivateKey().Length.ShouldBe(2 + 2 * (EthereumKey.Size - zeros));
        Should.Throw<ArgumentException>(() => new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson(
            "p", theirs.GetPrivateKeyAsBytes(), theirs.GetPublicAddress(), new ScryptParams { N = 2, R = 1, P = 1, Dklen = 32 })).Message.ShouldContain("32 bytes");
    }
}
