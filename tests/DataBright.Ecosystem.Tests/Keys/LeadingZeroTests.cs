using DataBright.Ethereum;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Model;
using Nethereum.Signer;

namespace DataBright.Ecosystem.Tests.Keys;

/// <summary>Tests that move a switch of Nethereum which everybody in the process shares: they run alone.</summary>
[CollectionDefinition(nameof(SharedSwitch), DisableParallelization = true)]
public sealed class SharedSwitch;

/// <summary>
/// One key in 256 begins with a zero byte. Nethereum's key signs with it rightly by default, and gives it away shortened.
/// </summary>
[Collection(nameof(SharedSwitch))]
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
            "p", theirs.GetPrivateKeyAsBytes(), theirs.GetPublicAddress(), new ScryptParams { N = 2, R = 1, P = 1, Dklen = 32 })).Message
            .ShouldContain("32 bytes");
    }

    // The faster of Nethereum's two ways to sign makes the key anew of the shortened bytes.
    [Fact]
    public void Known_difference_nethereum_cannot_sign_with_it_where_the_fast_way_is_switched_on()
    {
        var digest = new Chance(52).Hash().ToArray();
        var shortened = new EthECKey(new Chance(51).Secret(1), true);
        EthECKey.SignRecoverable = true;
        try
        {
            Should.Throw<ArgumentException>(() => shortened.SignAndCalculateV(digest)).Message.ShouldContain("32");
            Should.NotThrow(() => new EthECKey(new Chance(51).Secret(), true).SignAndCalculateV(digest));
        }
        finally
        {
            EthECKey.SignRecoverable = false;
        }
    }
}
