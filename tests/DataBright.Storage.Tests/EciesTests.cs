using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Storage.Tests;

public sealed class EciesTests
{
    private sealed record Answer(string[] Opened, string[] Encrypted);

    /// <summary>Made by eciesjs 0.5.0 for the private key 2.</summary>
    [Theory]
    [InlineData("",
        "0435ab7da2f303c771d46094629a6fd228164fe084e538229ce7cfffc815cf4532cd85d432b9be23db18823d7c78c270493a05755a35edb6c53f446faec8ac45f51a396950961298f9946f12d6bc31c8536e7143d8645566c13569c66f514de3f3")]
    [InlineData("68656c6c6f",
        "04834eb7877d5bd0b4fb2732992d2931893dc27ba4783c3f1f11547177938c1712222d448270ab4ede2f0965234204049b4a71126fdbdc324bd60cc597e7c1bda3776bd81513cc57a43ce21f9a957a5c6464a302a267cc378cd830f0fbdf94168b8c32f1c979")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
        "045d26b73f03f091482cab679410e3790ef3855e36f5cececdce7eb92f8e972cc490f297a2cefe6d0051adcdc013a968600e1c1d4d0e5fce8df0585c81eda2b1f1747bf7a453b6a1fdcdde9fbae451e59b291e6dcba705437b9dda6f29c8af000a9007714e6eb1c962e99fc4766b1907dff0708cdc974ac8e6c893aa452b48c84aba")]
    public void What_the_public_library_encrypted_is_opened(string plain, string encrypted)
    {
        using var key = EthereumKey.FromBytes([.. new byte[31], 2]);
        Convert.ToHexStringLower(Ecies.Decrypt(key, Convert.FromHexString(encrypted))).ShouldBe(plain);
    }

    [Fact]
    public async Task The_public_library_opens_what_is_encrypted_here_and_the_other_way_round()
    {
        using var key = EthereumKey.Generate();
        var random = new Random(1);
        var plain = Enumerable.Range(0, 40).Select(length =>
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }).ToArray();

        var answer = await Peer.AskAsync<Answer>("ecies.mjs", new
        {
            secret = SecretOf(key),
            encrypted = plain.Select(bytes => Convert.ToHexStringLower(Ecies.Encrypt(key.PublicKey, bytes))),
            plain = plain.Select(Convert.ToHexStringLower),
        });

        answer.Opened.ShouldBe(plain.Select(Convert.ToHexStringLower));
        answer.Encrypted.Select(text => Ecies.Decrypt(key, Convert.FromHexString(text))).ShouldBe(plain);
    }

    [Fact]
    public void Another_key_opens_nothing()
    {
        using var mine = EthereumKey.Generate();
        using var theirs = EthereumKey.Generate();
        var encrypted = Ecies.Encrypt(mine.PublicKey, "secret"u8);
        Ecies.Decrypt(mine, encrypted).ShouldBe("secret"u8.ToArray());
        Should.Throw<CryptographicException>(() => Ecies.Decrypt(theirs, encrypted)).Message.ShouldContain(theirs.Address.ToString());
    }

    [Fact]
    public void A_change_in_any_byte_is_found()
    {
        using var key = EthereumKey.Generate();
        var encrypted = Ecies.Encrypt(key.PublicKey, "secret"u8);
        for (int i = 0; i < encrypted.Length; i++)
        {
            var changed = encrypted.ToArray();
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => Ecies.Decrypt(key, changed));
        }
        for (int length = 0; length < encrypted.Length; length++)
            Should.Throw<CryptographicException>(() => Ecies.Decrypt(key, encrypted.AsSpan(0, length)));
    }

    [Fact]
    public void The_wide_cipher_agrees_with_the_platforms_where_that_can_be_asked()
    {
        var random = new Random(2);
        for (int length = 0; length < 100; length++)
        {
            byte[] key = Bytes(32), nonce = Bytes(12), plain = Bytes(length), expected = new byte[length], tag = new byte[16];
            using var platform = new AesGcm(key, 16);
            platform.Encrypt(nonce, plain, expected, tag);

            var (ciphertext, ours) = Ecies.Seal(key, nonce, plain);
            ciphertext.ShouldBe(expected);
            ours.ShouldBe(tag);
            Ecies.Unseal(key, nonce, tag, ciphertext).ShouldBe(plain);
        }

        byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    [Fact]
    public void The_common_point_is_the_same_from_both_sides_and_is_on_the_curve()
    {
        using var mine = EthereumKey.Generate();
        using var theirs = EthereumKey.Generate();
        byte[] here = new byte[65], there = new byte[65];
        here[0] = there[0] = 4;
        mine.CopySharedPointTo(theirs.PublicKey, here.AsSpan(1));
        theirs.CopySharedPointTo(mine.PublicKey, there.AsSpan(1));
        here.ShouldBe(there);
        Should.NotThrow(() => PublicKey.Parse(here));
    }

    private static string SecretOf(EthereumKey key)
    {
        var secret = new byte[EthereumKey.Size];
        key.CopySecretTo(secret);
        return Convert.ToHexStringLower(secret);
    }
}
