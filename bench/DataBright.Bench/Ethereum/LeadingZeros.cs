using DataBright.Ethereum;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Model;
using Nethereum.Signer;

namespace DataBright.Bench.Ethereum;

/// <summary>A private key whose first byte is zero: one in 256 is.</summary>
internal static class LeadingZeros
{
    private static readonly Hash32 Digest = Keccak.HashText("digest");

    public static IReadOnlyList<Comparison> Run()
    {
        byte[] secret = [0, .. Keccak.HashText("key").ToArray()[1..]];
        using var ours = EthereumKey.FromBytes(secret);
        var theirs = new EthECKey(secret, isPrivate: true);
        var copied = new byte[EthereumKey.Size];
        ours.CopySecretTo(copied);
        return
        [
            new("leading zero", "a key is made of its 32 bytes and asked for its address",
                theirs.GetPublicAddress() == ours.Address.ToString() ? "right" : "wrong", "right"),
            new("leading zero", "the key is asked for its bytes", $"{theirs.GetPrivateKeyAsBytes().Length} bytes",
                $"{copied.Length} bytes"),
            new("leading zero", "the key's bytes are put into a keystore",
                Try(() => new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson(
                "p", theirs.GetPrivateKeyAsBytes(), theirs.GetPublicAddress(), new ScryptParams { N = 2, R = 1, P = 1, Dklen = 32 })),
                Try(() => Keystore.Encrypt(ours, "p", new KeystoreCost(2, 1, 1)))),
            new("leading zero", "it signs, by default", Try(() => theirs.SignAndCalculateV(Digest.ToArray())),
                Try(() => ours.Sign(Digest))),
            new("leading zero", "it signs, with EthECKey.SignRecoverable, the faster way", Try(() => Recoverably(theirs)),
                Try(() => ours.Sign(Digest))),
        ];
    }

    private static EthECDSASignature Recoverably(EthECKey key)
    {
        EthECKey.SignRecoverable = true;
        try
        {
            return key.SignAndCalculateV(Digest.ToArray());
        }
        finally
        {
            EthECKey.SignRecoverable = false;
        }
    }

    private static string Try(Func<object> act)
    {
        try
        {
            act();
            return "done";
        }
        // Whatever it is, it is what a caller would have to catch.
        catch (Exception fault)
        {
            return $"{fault.GetType().Name}: {fault.Message}";
        }
    }
}
