using DataBright.Ethereum;
using Nethereum.ABI.FunctionEncoding;

namespace DataBright.Ecosystem.Tests.TypedData;

/// <summary>Messages of any shape. Wallets show what a node gives them, so what is hashed must not depend on the library.</summary>
public sealed class ShapeTests
{
    private static readonly string[] Plain = ["address", "bool", "string", "bytes", "uint8", "uint64", "uint256", "int8", "int64", "int256",
        "bytes1", "bytes4", "bytes31", "bytes32"];

    private static readonly TypedDomain Domain = TypedDomain.Of("Shapes", "1", 1, new Chance(90).Account());

    [Fact]
    public void Nethereum_comes_to_the_same_digest_of_random_messages()
    {
        var chance = new Chance(91);
        for (var i = 0; i < 500; i++)
        {
            var (json, digest) = Shapes.Draw(chance, Plain);
            Message.DigestByNethereum(json).ShouldBe(digest, json.ToJsonString());
        }
    }

    // When one of these fails, Nethereum was repaired: take the shape into Shapes and the line out of decision 0003. viem
    // comes to our digest of both (DataBright.Ethereum.Tests, ViemTests).
    [Theory]
    [InlineData("bytes32[]")]
    [InlineData("bytes4[1]")]
    public void Known_difference_nethereum_takes_no_array_of_fixed_bytes(string type)
    {
        var bytes = new Chance(92).Bytes(type == "bytes32[]" ? 32 : 4);
        var json = TypedDataJson.Write(Domain, TypedStruct.Define($"List({type} items)"), AbiValue.Of(bytes));
        Should.Throw<AbiEncodingException>(() => Message.DigestByNethereum(json)).Message
            .ShouldContain(type[..type.IndexOf('[', StringComparison.Ordinal)]);
    }

    [Fact]
    public void Known_difference_nethereum_takes_no_array_of_arrays_of_structs()
    {
        var leaf = TypedStruct.Define("Leaf(uint256 size)");
        var tree = TypedStruct.Define("Tree(Leaf[][] rows)", leaf);
        Should.Throw<InvalidCastException>(
            () => Message.DigestByNethereum(TypedDataJson.Write(Domain, tree, AbiValue.Of(AbiValue.Of(AbiValue.Of(7ul))))));
    }
}
