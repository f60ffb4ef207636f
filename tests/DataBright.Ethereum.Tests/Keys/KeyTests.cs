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
            if (vector.Has("checksumAddress"))
            {
                address.ToString().ShouldBe(vector.Text("checksumAddress"));
                Address.Parse(vector.Text("checksumAddress")).ShouldBe(address);
            }
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
    public void A_signature_leads_back_to_its_signer()
    {
        for (var i = 0; i < 200; i++)
        {
            using var key = EthereumKey.Generate();
            var digest = Keccak.Hash([(byte)i]);
            var signature = key.Sign(digest);
            Signature.Recover(digest, signature).ShouldBe(key.Address);
            (signature.S <= CurveOrder.HalfN).ShouldBeTrue();
            Signature.FromBytes(signature.ToBytes()).ShouldBe(signature);
        }
    }
}
