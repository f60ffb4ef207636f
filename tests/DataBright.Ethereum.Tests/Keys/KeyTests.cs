using System.Security.Cryptography;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Keys;

public sealed class KeyTests
{
    [Fact]
    public void Every_published_account_has_its_address_and_checksum()
    {
        var cases = Testcases.Read("accounts");
        cases.Length.ShouldBe(1038);
        var keys = 0;
        foreach (var vector in cases)
        {
            var address = Address.Parse(vector.Text("address"));
            address.ToString().ShouldBe(vector.Text("checksumAddress"));
            Address.Parse(vector.Text("checksumAddress")).ShouldBe(address);
            if (!vector.Has("privateKey"))
                continue;
            keys++;
            using var key = EthereumKey.FromBytes(vector.Bytes("privateKey"));
            key.Address.ShouldBe(address);
            PublicKey.Parse(key.PublicKey.ToCompressed().AsSpan()).ShouldBe(key.PublicKey);
        }
        keys.ShouldBe(1031);
    }

    [Fact]
    public void A_signature_leads_back_to_its_signer_and_is_low()
    {
        for (var i = 0; i < 200; i++)
        {
            using var key = EthereumKey.Generate();
            var digest = Keccak.Hash([(byte)i]);
            var signature = key.Sign(digest);
            Signature.Recover(digest, signature).ShouldBe(key.Address);
            signature.RecoverKey(digest).ShouldBe(key.PublicKey);
            signature.S.ShouldBeLessThanOrEqualTo(CurveOrder.HalfN);
            Signature.FromBytes(signature.ToBytes()).ShouldBe(signature);
        }
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    public void Digests_at_the_edges_are_signed_and_recovered(string digest)
    {
        using var key = EthereumKey.Generate();
        Signature.Recover(Hash32.Parse(digest), key.Sign(Hash32.Parse(digest))).ShouldBe(key.Address);
    }

    [Fact]
    public void A_changed_signature_or_digest_leads_elsewhere_or_nowhere()
    {
        using var key = EthereumKey.FromBytes(Keccak.HashText("changed").AsSpan());
        var digest = Keccak.HashText("digest");
        var signature = key.Sign(digest);
        Leads(Keccak.HashText("other"), signature).ShouldNotBe(key.Address);
        Leads(digest, signature with { YParity = !signature.YParity }).ShouldNotBe(key.Address);
        Leads(digest, signature with { S = signature.S - 1u }).ShouldNotBe(key.Address);
        Leads(digest, signature with { R = signature.R - 1u }).ShouldNotBe(key.Address);

        static Address? Leads(Hash32 digest, Signature signature)
        {
            try
            {
                return Signature.Recover(digest, signature);
            }
            catch (CryptographicException)
            {
                return null;
            }
        }
    }

    [Fact]
    public void Void_signatures_are_refused()
    {
        using var key = EthereumKey.FromBytes(Keccak.HashText("void").AsSpan());
        var digest = Keccak.HashText("digest");
        var good = key.Sign(digest);
        Refused(good with { R = 0u }, "void");
        Refused(good with { S = 0u }, "void");
        Refused(good with { R = CurveOrder.N }, "void");
        Refused(good with { R = Uint256.MaxValue }, "void");
        Refused(new Signature(good.R, CurveOrder.N - good.S, !good.YParity), "upper half");
        Refused(good with { S = Uint256.MaxValue }, "upper half");
        // 5 is the x of no point: 5³ + 7 is no square.
        Refused(good with { R = 5u }, "no point");

        void Refused(Signature signature, string why) =>
            Should.Throw<CryptographicException>(() => Signature.Recover(digest, signature)).Message.ShouldContain(why);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(27, false)]
    [InlineData(28, true)]
    public void The_last_byte_tells_the_parity_in_both_customs(byte v, bool odd)
    {
        var bytes = new byte[65];
        bytes[64] = v;
        Signature.FromBytes(bytes).YParity.ShouldBe(odd);
        bytes[64] = 29;
        Should.Throw<FormatException>(() => Signature.FromBytes(bytes)).Message.ShouldContain("29");
        Should.Throw<FormatException>(() => Signature.FromBytes(bytes.AsSpan(1)));
    }

    [Fact]
    public void Both_sides_share_one_secret()
    {
        using var ours = EthereumKey.Generate();
        using var theirs = EthereumKey.Generate();
        byte[] here = new byte[64], there = new byte[64];
        ours.CopySharedPointTo(theirs.PublicKey, here);
        theirs.CopySharedPointTo(ours.PublicKey, there);
        here.ShouldBe(there);
    }

    [Fact]
    public void With_the_key_one_the_shared_point_is_the_other_key()
    {
        using var one = EthereumKey.FromBytes([.. new byte[31], 1]);
        using var other = EthereumKey.Generate();
        var point = new byte[64];
        one.CopySharedPointTo(other.PublicKey, point);
        point.ShouldBe(other.PublicKey.ToUncompressed()[1..]);
        Should.Throw<CryptographicException>(() => one.CopySharedPointTo(default, point));
        Should.Throw<ArgumentOutOfRangeException>(() => one.CopySharedPointTo(other.PublicKey, new byte[63]));
    }

    [Fact]
    public void A_spoiled_signature_does_not_leave_the_key()
    {
        using var key = EthereumKey.FromBytes(Keccak.HashText("spoiled").AsSpan());
        var digest = Keccak.HashText("digest");
        var good = key.Sign(digest);
        var (compact, recovery) = (good.ToBytes()[..64], good.YParity ? 1 : 0);
        EthereumKey.Checked(digest, compact, recovery, key.PublicKey).ShouldBe(good);
        for (var bit = 0; bit < 512; bit++)
        {
            var spoiled = compact.ToArray();
            spoiled[bit / 8] ^= (byte)(1 << bit % 8);
            Refused(spoiled, recovery);
        }
        Refused(compact, 1 - recovery);
        Refused(compact, 2 + recovery);

        void Refused(byte[] spoiled, int number) =>
            Should.Throw<CryptographicException>(() => EthereumKey.Checked(digest, spoiled, number, key.PublicKey)).Message
                .ShouldContain("does not verify");
    }

    [Fact]
    public async Task One_key_signs_on_many_threads()
    {
        using var key = EthereumKey.Generate();
        var digest = Keccak.HashText("threads");
        await Parallel.ForAsync(0, 64, async (_, _) =>
        {
            await Task.Yield();
            Signature.Recover(digest, key.Sign(digest)).ShouldBe(key.Address);
        });
    }

    [Fact]
    public void A_disposed_key_is_gone_and_a_live_one_never_shown()
    {
        var secret = Keccak.HashText("hidden");
        var key = EthereumKey.FromBytes(secret.AsSpan());
        key.ToString().ShouldBe(key.Address.ToString());
        System.Text.Json.JsonSerializer.Serialize(key).ShouldNotContain(secret.ToString()[2..], Case.Insensitive);
        key.Dispose();
        key.Dispose();
        Should.Throw<ObjectDisposedException>(() => key.Sign(default));
        Should.Throw<ObjectDisposedException>(() => key.CopySecretTo(new byte[32]));
        Should.Throw<ObjectDisposedException>(() => key.CopySharedPointTo(key.PublicKey, new byte[64]));
        var field = typeof(EthereumKey).GetField("_secret",
            System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!;
        ((byte[])field.GetValue(key)!).ShouldAllBe(part => part == 0);
    }

    // SEC 2, version 2, section 2.4.1; and the multiples 2·G and (n − 1)·G that many implementations publish.
    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000001",
        "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000002",
        "0x02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140",
        "0x0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    public void Known_keys_have_known_points(string secret, string compressed)
    {
        using var key = EthereumKey.FromBytes(Hex.Decode(secret));
        Hex.Encode(key.PublicKey.ToCompressed()).ShouldBe(compressed);
        PublicKey.Parse(compressed).ShouldBe(key.PublicKey);
        PublicKey.Parse(key.PublicKey.ToUncompressed().AsSpan()).ShouldBe(key.PublicKey);
        PublicKey.Parse(key.PublicKey.ToUncompressed().AsSpan(1)).ShouldBe(key.PublicKey);
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0x01")]
    public void Bytes_outside_the_order_are_no_key(string secret) =>
        Should.Throw<CryptographicException>(() => EthereumKey.FromBytes(Hex.Decode(secret))).Message.ShouldContain("private key");

    [Theory]
    [InlineData("0x02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")]
    [InlineData("0x020000000000000000000000000000000000000000000000000000000000000005")]
    [InlineData("0x0579be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData("0x")]
    [InlineData("0x0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b9")]
    [InlineData("0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b9")]
    [InlineData("0x00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public void Bytes_off_the_curve_are_no_public_key(string bytes) =>
        Should.Throw<FormatException>(() => PublicKey.Parse(bytes));
}
