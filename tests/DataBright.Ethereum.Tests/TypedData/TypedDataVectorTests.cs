using System.Text.Json.Nodes;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.TypedData;

public sealed class TypedDataVectorTests
{
    [Fact]
    public void Every_published_message_has_its_encoding_and_digest()
    {
        var cases = Testcases.Read("eip712");
        cases.Length.ShouldBe(1025);
        foreach (var vector in cases)
        {
            var data = Ethereum.TypedData.Parse(new JsonObject
            {
                ["types"] = JsonNode.Parse(vector.GetProperty("types").GetRawText()),
                ["primaryType"] = vector.Text("primaryType"),
                ["domain"] = JsonNode.Parse(vector.GetProperty("domain").GetRawText()),
                ["message"] = JsonNode.Parse(vector.GetProperty("data").GetRawText()),
            }.ToJsonString());
            Hex.Encode(data.Encoded).ShouldBe(vector.Text("encoded"), vector.Text("name"));
            data.Digest.ToString().ShouldBe(vector.Text("digest"), vector.Text("name"));
            if (!vector.Has("signature"))
                continue;
            using var key = EthereumKey.FromBytes(vector.Bytes("privateKey"));
            Signature.Recover(data.Digest, Signature.Parse(vector.Text("signature"))).ShouldBe(key.Address);
        }
    }

    // The example of EIP-712 itself, built by hand rather than from JSON; its figures are in the EIP's Example.js.
    [Fact]
    public void The_builder_gives_what_the_standards_example_gives()
    {
        var person = TypedStruct.Define("Person(string name,address wallet)");
        var mail = TypedStruct.Define("Mail(Person from,Person to,string contents)", person);
        var domain = TypedDomain.Of("Ether Mail", "1", 1, Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));
        var hash = mail.Hash(
            AbiValue.Of("Cow", Address.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")),
            AbiValue.Of("Bob", Address.Parse("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB")),
            "Hello, Bob!");

        mail.EncodedType.ShouldBe("Mail(Person from,Person to,string contents)Person(string name,address wallet)");
        mail.TypeHash.ToString().ShouldBe("0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2");
        domain.Separator().ToString().ShouldBe("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f");
        hash.ToString().ShouldBe("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
        domain.Digest(hash).ToString().ShouldBe("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
        using var cow = EthereumKey.FromBytes(Keccak.HashText("cow").AsSpan());
        cow.Address.ToString().ShouldBe("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
        Signature.Recover(domain.Digest(hash), cow.Sign(domain.Digest(hash))).ShouldBe(cow.Address);
    }

    [Fact]
    public void What_is_written_for_wallets_is_read_back_with_the_same_digest()
    {
        var leaf = TypedStruct.Define("Leaf(int64 depth,bytes4 mark,bool dry)");
        var tree = TypedStruct.Define("Tree(string name,address owner,Leaf[] leaves,uint256[2][] rings,Leaf top,bytes sap)", leaf);
        var owner = Address.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
        AbiValue Leaf(long depth, bool dry) => AbiValue.Of(depth, new byte[] { 1, 2, 3, 4 }, dry);
        AbiValue[] values =
            [
                "Quotes \" and \u65e5\u672c", owner, AbiValue.Of(Leaf(-3, true), Leaf(4, false)),
                AbiValue.Of(AbiValue.Of(1ul, Uint256.MaxValue), AbiValue.Of(0ul, 1ul << 60)), Leaf(0, false), Array.Empty<byte>(),
            ];
        foreach (var domain in (TypedDomain[])[TypedDomain.Of("Forest", "1", 31337, owner),
            new() { Name = "Forest", Salt = Keccak.HashText("salt") }, new() { ChainId = ulong.MaxValue }])
        {
            var json = TypedDataJson.Write(domain, tree, values);
            var read = Ethereum.TypedData.Parse(json.ToJsonString());
            read.Digest.ShouldBe(domain.Digest(tree.Hash(values)));
            read.DomainSeparator.ShouldBe(domain.Separator());
            read.PrimaryType.EncodedType.ShouldBe(tree.EncodedType);
        }
        TypedDataJson.Write(TypedDomain.Of("Forest", "1", 31337, owner), tree, values)["domain"]!["chainId"]!.ToJsonString()
            .ShouldBe("31337", "wallets compare it with their chain");
        Should.Throw<TypedDataException>(() => TypedDataJson.Write(TypedDomain.Of("Forest", "1", 1, owner), tree, values[..5]));
        Should.Throw<TypedDataException>(() => TypedDataJson.Write(TypedDomain.Of("Forest", "1", 1, owner), tree, [1ul, .. values[1..]]));
    }

    [Fact]
    public void A_permit_has_the_type_hash_that_tokens_have()
    {
        TypedStruct.Define("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)").TypeHash.ToString()
            .ShouldBe("0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9");
        using var owner = EthereumKey.FromBytes(Keccak.HashText("owner").AsSpan());
        using var other = EthereumKey.FromBytes(Keccak.HashText("other").AsSpan());
        var domain = TypedDomain.Of("Dollar", "1", 31337, other.Address);
        var permit = new Permit(owner.Address, other.Address, 5u, 0u, Uint256.MaxValue);
        Signature.Recover(permit.Digest(domain), permit.Sign(domain, owner)).ShouldBe(owner.Address);
        Should.Throw<ArgumentException>(() => permit.Sign(domain, other));
    }

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("{", "JSON")]
    [InlineData("""{"types":{},"primaryType":"A","domain":{},"message":{}}""", "\"A\" is not defined")]
    [InlineData("""{"types":{"A":[{"name":"a","type":"A[]"}]},"primaryType":"A","domain":{},"message":{"a":[]}}""", "refers to itself")]
    [InlineData("""{"types":{"A":[{"name":"a","type":"uint8"}]},"primaryType":"A","domain":{},"message":{"a":256}}""",
        "256 does not fit uint8")]
    [InlineData("""{"types":{"A":[{"name":"a","type":"uint8"}]},"primaryType":"A","domain":{},"message":{}}""", "A.a is missing")]
    [InlineData("""{"types":{"A":[{"name":"a","type":"uint8"}]},"primaryType":"A","domain":{},"message":{"a":1.5}}""", "no whole number")]
    [InlineData("""{"types":{"A":[{"name":"a","type":"bytes4"}]},"primaryType":"A","domain":{},"message":{"a":"0x01"}}""",
        "bytes4 takes 4 bytes")]
    [InlineData("""{"types":{"A":[{"name":"a","type":"bool[2]"}]},"primaryType":"A","domain":{},"message":{"a":[true]}}""", "2 elements")]
    [InlineData("""{"types":{"A":[{"name":"a","type":"uint9"}]},"primaryType":"A","domain":{},"message":{"a":1}}""", "uint9")]
    [InlineData("""{"types":{"A":[{"name":"a","type":"string"}]},"primaryType":"A","domain":{},"message":{"a":"\ud800"}}""", "JSON")]
    public void Damaged_messages_have_one_clear_error(string json, string expected) =>
        Should.Throw<TypedDataException>(() => Ethereum.TypedData.Parse(json)).Message.ShouldContain(expected);
}
