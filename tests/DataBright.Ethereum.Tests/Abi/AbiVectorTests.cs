using System.Security.Cryptography;
using System.Text.Json;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Abi;

public sealed class AbiVectorTests
{
    [Theory]
    [InlineData("contract-interface", 2045)]
    [InlineData("contract-interface-abi2", 1880)]
    public void What_the_compilers_contracts_returned_is_decoded_and_encoded_again(string name, int count)
    {
        var cases = Testcases.Read(name);
        cases.Length.ShouldBe(count);
        foreach (var vector in cases)
        {
            AbiType[] types = [.. Embedded(vector, "types").EnumerateArray().Select(type => AbiType.Parse(type.GetString()!))];
            var values = VectorValues.Read(types, Embedded(vector, vector.Has("normalizedValues") ? "normalizedValues" : "values"));
            var result = vector.Bytes("result");
            Ethereum.Abi.Decode(types, result).ShouldBe(values, vector.Text("name"));
            Hex.Encode(Ethereum.Abi.Encode(types, values)).ShouldBe(Hex.Encode(result), vector.Text("name"));

            var test = ContractAbi.Parse(vector.Text("interface")).Functions.Single(function => function.Name == "test");
            test.Outputs.Select(output => output.Type).ShouldBe(types);
        }
    }

    [Fact]
    public void Every_published_log_is_decoded_and_encoded_again()
    {
        var cases = Testcases.Read("contract-events");
        cases.Length.ShouldBe(2016);
        foreach (var vector in cases)
        {
            var log = ContractAbi.Parse(vector.Text("interface")).Events.Single(found => found.Name == "testEvent");
            AbiType[] types = [.. log.Inputs.Select(input => input.Type)];
            types.ShouldBe(vector.GetProperty("types").EnumerateArray().Select(type => AbiType.Parse(type.GetString()!)));
            Hash32[] topics = [.. vector.GetProperty("topics").EnumerateArray().Select(topic => Hash32.Parse(topic.GetString()!))];
            var values = VectorValues.Read(types, vector.GetProperty("values"));
            bool[] hashed = [.. vector.GetProperty("hashed").EnumerateArray().Select(flag => flag.GetBoolean())];
            AbiValue[] seen = [.. vector.GetProperty("normalizedValues").EnumerateArray().Select((value, i) =>
                hashed[i] ? Hash32.Parse(value.GetString()!) : VectorValues.Read(types[i], value))];

            var (writtenTopics, writtenData) = log.Encode(values);
            writtenTopics.ShouldBe(topics, vector.Text("name"));
            log.Decode(topics, vector.Bytes("data")).ShouldBe(seen, vector.Text("name"));
            Hex.Encode(writtenData).ShouldBe(vector.Text("data"), vector.Text("name"));
        }
    }

    [Fact]
    public void Every_published_signature_has_its_selector()
    {
        var cases = Testcases.Read("contract-signatures");
        cases.Length.ShouldBe(1880);
        foreach (var vector in cases)
        {
            var function = ContractAbi.Parse(vector.Text("abi")).Functions.Single(found => found.Name == "testSig");
            function.Signature.ShouldBe(vector.Text("signature"));
            function.Selector.ToString().ShouldBe(vector.Text("sigHash"));
            AbiFunction.Parse(vector.Text("signature")).Selector.ShouldBe(function.Selector);
        }
    }

    // The vectors have RIPEMD-160 hashes too, which the chain's contracts here do not use.
    [Fact]
    public void Every_published_packed_encoding_has_its_hashes()
    {
        var cases = Testcases.Read("solidity-hashes");
        cases.Length.ShouldBe(2016);
        foreach (var vector in cases)
        {
            AbiType[] types = [.. vector.GetProperty("types").EnumerateArray().Select(type => AbiType.Parse(type.GetString()!))];
            var packed = Packed(types, VectorValues.Read(types, vector.GetProperty("values")));
            Keccak.Hash(packed).ToString().ShouldBe(vector.Text("keccak256"), vector.Text("name"));
            Hex.Encode(SHA256.HashData(packed)).ShouldBe(vector.Text("sha256"), vector.Text("name"));
        }
    }

    private static byte[] Packed(AbiType[] types, AbiValue[] values) => Ethereum.Abi.EncodePacked(types, values);

    private static JsonElement Embedded(JsonElement vector, string property)
    {
        using var document = JsonDocument.Parse(vector.Text(property));
        return document.RootElement.Clone();
    }
}
