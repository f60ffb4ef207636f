using System.Security.Cryptography;
using DataBright.Ethereum;
using NBitcoin.Secp256k1;
using Nethereum.Signer;
using Signature = DataBright.Ethereum.Signature;

namespace DataBright.Ecosystem.Tests.Keys;

/// <summary>Keys, signatures and shared points against two libraries that share no code with libsecp256k1's binary.</summary>
public sealed class SignatureTests
{
    private const string Order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    private const string OrderLessOne = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";
    private const string Half = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";

    // As a digest each stands for a number that is reduced by the order, or is nothing at all.
    private static readonly string[] Edges =
    [
        new('0', 64), new string('0', 63) + "1", Half, OrderLessOne, Order,
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142", new('f', 64), "00" + new string('f', 62),
    ];

    private static readonly Uint256 OrderNumber = new(Convert.FromHexString(Order));

    [Fact]
    public void The_same_key_and_digest_give_the_same_bytes_as_nbitcoin_and_nethereum()
    {
        foreach (var (secret, digest) in Cases(300))
        {
            using var key = EthereumKey.FromBytes(secret);
            var signature = key.Sign(digest);
            var shown = $"{Convert.ToHexStringLower(secret)} {digest}";
            signature.ShouldBe(Peers.Sign(new EthECKey(secret, true), digest), shown);
            // RFC 6979 reduces a digest by the order before it makes the nonce (bits2octets, section 2.3.4). NBitcoin does not, as
            // older versions of libsecp256k1 did not: for one hash in 2^128 its signature is another one, just as good.
            (signature == Peers.Sign(Peers.NBitcoin(secret), digest)).ShouldBe(new Uint256(digest.AsSpan()) < OrderNumber, shown);
            key.PublicKey.ToUncompressed().ShouldBe(Peers.PublicKey(Peers.NBitcoin(secret).CreatePubKey()));
            key.Address.ToString().ShouldBe(new EthECKey(secret, true).GetPublicAddress());
        }
    }

    [Fact]
    public void What_is_signed_here_is_recovered_and_verified_there()
    {
        foreach (var (secret, digest) in Cases(100))
        {
            using var key = EthereumKey.FromBytes(secret);
            var signature = key.Sign(digest);
            Peers.RecoverByNBitcoin(signature, digest).ShouldBe(key.PublicKey.ToUncompressed());
            Peers.RecoverByNethereum(signature, digest).ShouldBe(key.Address.ToString());
            SecpECDSASignature.TryCreateFromCompact(signature.ToBytes().AsSpan(0, 64), out var plain).ShouldBeTrue();
            ECPubKey.Create(key.PublicKey.ToCompressed()).SigVerify(plain!, digest.ToArray()).ShouldBeTrue();
        }
    }

    [Fact]
    public void What_is_signed_there_is_recovered_and_verified_here()
    {
        foreach (var (secret, digest) in Cases(100))
        {
            using var key = EthereumKey.FromBytes(secret);
            foreach (var theirs in (Signature[])[Peers.Sign(Peers.NBitcoin(secret), digest),
                Peers.Sign(new EthECKey(secret, true), digest)])
            {
                theirs.RecoverKey(digest).ShouldBe(key.PublicKey);
                theirs.IsBy(key.Address, digest).ShouldBeTrue();
                theirs.IsBy(key.Address, Keccak.Hash(digest.AsSpan())).ShouldBeFalse();
            }
        }
    }

    // Any two integers can be called a signature; both libraries must find the same key behind them, or none.
    [Fact]
    public void Signatures_that_nobody_made_lead_to_the_same_key_or_to_none()
    {
        var chance = new Chance(43);
        var found = 0;
        for (var i = 0; i < 400; i++)
        {
            var bytes = chance.Bytes(Signature.Size);
            bytes[32] &= 0x7f;
            bytes[64] = (byte)(27 + chance.Below(2));
            if (chance.Below(4) == 0) Convert.FromHexString(Edges[chance.Below(Edges.Length)]).CopyTo(bytes, 0);
            if (chance.Below(4) == 0) Convert.FromHexString(Edges[chance.Below(3)]).CopyTo(bytes, 32);
            var (signature, digest) = (Signature.FromBytes(bytes), chance.Hash());
            byte[]? ours;
            try
            {
                ours = signature.RecoverKey(digest).ToUncompressed();
                found++;
            }
            catch (CryptographicException)
            {
                ours = null;
            }
            ours.ShouldBe(signature.S > new Uint256(Convert.FromHexString(Half)) ? null : Peers.RecoverByNBitcoin(signature, digest),
                signature.ToString());
        }
        found.ShouldBeInRange(100, 300);
    }

    [Fact]
    public void The_upper_half_of_s_is_refused_where_nethereum_recovers_from_it()
    {
        var secret = new Chance(44).Secret();
        using var key = EthereumKey.FromBytes(secret);
        var digest = new Chance(45).Hash();
        var signature = key.Sign(digest);
        var other = signature with { S = OrderNumber - signature.S, YParity = !signature.YParity };

        Should.Throw<CryptographicException>(() => other.RecoverKey(digest)).Message.ShouldContain("upper half");
        Peers.RecoverByNethereum(other, digest)
            .ShouldBe(key.Address.ToString(), "Nethereum refuses the upper half now: say so in decision 0003");
        new EthECKey(secret, true).VerifyAllowingOnlyLowS(digest.ToArray(),
            EthECDSASignatureFactory.ExtractECDSASignature(other.ToString())).ShouldBeFalse();
    }

    [Fact]
    public void The_common_point_of_two_keys_is_the_one_that_nbitcoin_finds()
    {
        var chance = new Chance(46);
        var shortened = 0;
        for (var i = 0; i < 600; i++)
        {
            var (mine, theirs) = (chance.Secret(i % 4), chance.Secret());
            using var key = EthereumKey.FromBytes(mine);
            using var other = EthereumKey.FromBytes(theirs);
            var point = Peers.PublicKey(Peers.NBitcoin(theirs).CreatePubKey().GetSharedPubkey(Peers.NBitcoin(mine)));
            SharedPoint(key, other.PublicKey).ShouldBe(point[1..]);
            SharedPoint(other, key.PublicKey).ShouldBe(point[1..]);
            new EthECKey(mine, true).CalculateCommonSecret(new EthECKey(theirs, true)).ShouldBe(point[1..33]);
            if (point[1] == 0) shortened++;
        }
        shortened.ShouldBeGreaterThan(0, "no common point began with a zero byte, which is what goes wrong");
    }

    private static byte[] SharedPoint(EthereumKey mine, PublicKey theirs)
    {
        var point = new byte[64];
        mine.CopySharedPointTo(theirs, point);
        return point;
    }

    private static IEnumerable<(byte[] Secret, Hash32 Digest)> Cases(int random)
    {
        foreach (var secret in (string[])[new string('0', 63) + "1", Half, OrderLessOne])
            foreach (var digest in Edges)
                yield return (Convert.FromHexString(secret), new Hash32(Convert.FromHexString(digest)));
        var chance = new Chance(41);
        for (var i = 0; i < random; i++)
            yield return (chance.Secret(i % 32),
                i % 5 == 0 ? new Hash32(Convert.FromHexString(Edges[i / 5 % Edges.Length])) : chance.Hash());
    }
}
