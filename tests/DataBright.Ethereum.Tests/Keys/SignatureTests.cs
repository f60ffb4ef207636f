using System.Security.Cryptography;
using DataBright.Ethereum.Tests.Peers;

namespace DataBright.Ethereum.Tests.Keys;

public sealed class SignatureTests
{
    [Fact]
    public void Asking_for_one_key_says_of_every_signature_what_recovery_says()
    {
        var chance = new Chance(32);
        using var key = EthereumKey.FromBytes(chance.Bytes(32));
        using var other = EthereumKey.FromBytes(chance.Bytes(32));
        for (var i = 0; i < 60; i++)
        {
            var digest = new Hash32(chance.Bytes(32));
            var good = key.Sign(digest);
            good.IsBy(key.PublicKey, digest).ShouldBeTrue();
            Signature[] bad =
            [
                other.Sign(digest), good with { YParity = !good.YParity }, good with { R = good.R + 1u },
                good with { S = CurveOrder.N - good.S },
                good with { S = good.S - 1u }, good with { R = Uint256.Zero }, good with { S = Uint256.Zero },
                good with { R = CurveOrder.N }, good with { S = CurveOrder.HalfN + 1u },
            ];
            foreach (var signature in bad)
            {
                signature.IsBy(key.Address, digest).ShouldBeFalse();
                signature.IsBy(key.PublicKey, digest).ShouldBeFalse();
                Recovers(key, digest, signature).ShouldBeFalse();
            }
            good.IsBy(key.PublicKey, new Hash32(chance.Bytes(32))).ShouldBeFalse();
        }
    }

    private static bool Recovers(EthereumKey key, Hash32 digest, Signature signature)
    {
        try
        {
            return signature.RecoverKey(digest) == key.PublicKey;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
