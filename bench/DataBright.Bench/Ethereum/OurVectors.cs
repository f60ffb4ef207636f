using System.Text.Json;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Bench.Ethereum;

/// <summary>The vectors by our client, and by the reference parts beside its tests where the product needs less.</summary>
internal static class OurVectors
{
    public static bool Hash(JsonElement vector) => Keccak.Hash(vector.Bytes("data")).ToString() == vector.Text("keccak256");

    public static bool Account(JsonElement vector)
    {
        var address = Address.Parse(vector.Text("address"));
        if (address.ToString() != vector.Text("checksumAddress")) return false;
        if (!vector.Has("privateKey")) return true;
        using var key = EthereumKey.FromBytes(vector.Bytes("privateKey"));
        return key.Address == address;
    }

    public static bool Result(JsonElement vector)
    {
        var types = Types(vector);
        var values = VectorValues.Read(types, Values(vector));
        var result = vector.Bytes("result");
        return Abi.Decode(types, result).SequenceEqual(values) && Abi.Encode(types, values).AsSpan().SequenceEqual(result);
    }

    public static bool Event(JsonElement vector)
    {
        var log = ContractAbi.Parse(vector.Text("interface")).Events.Single(found => found.Name == "testEvent");
        Hash32[] topics = [.. vector.GetProperty("topics").EnumerateArray().Select(topic => Hash32.Parse(topic.GetString()!))];
        bool[] hashed = [.. vector.GetProperty("hashed").EnumerateArray().Select(flag => flag.GetBoolean())];
        var seen = vector.GetProperty("normalizedValues").EnumerateArray().Select((value, i) =>
            hashed[i] ? Hash32.Parse(value.GetString()!) : VectorValues.Read(log.Inputs[i].Type, value));
        return log.Decode(topics, vector.Bytes("data")).SequenceEqual(seen);
    }

    public static bool Signature(JsonElement vector)
    {
        var function = ContractAbi.Parse(vector.Text("abi")).Functions.Single(found => found.Name == "testSig");
        return function.Signature == vector.Text("signature") && function.Selector.ToString() == vector.Text("sigHash");
    }

    public static bool Packed(JsonElement vector)
    {
        AbiType[] types = [.. vector.GetProperty("types").EnumerateArray().Select(type => AbiType.Parse(type.GetString()!))];
        return Keccak.Hash(Abi.EncodePacked(types, VectorValues.Read(types, vector.GetProperty("values")))).ToString()
            == vector.Text("keccak256");
    }

    public static bool TypedData(JsonElement vector) =>
        DataBright.Ethereum.TypedData.Parse(Message(vector).ToJsonString()).Digest.ToString() == vector.Text("digest");

    public static bool LegacyTransaction(JsonElement vector) =>
        Transaction(vector.Bytes("signedTransaction"), vector.Text("unsignedTransaction"), vector.Text("accountAddress"))
        && Transaction(vector.Bytes("signedTransactionChainId5"), vector.Text("unsignedTransactionChainId5"),
            vector.Text("accountAddress"));

    public static bool TypedTransaction(JsonElement vector) =>
        Transaction(vector.Bytes("signed"), vector.Text("unsigned"), vector.Text("address"));

    public static bool Wallet(JsonElement vector)
    {
        using var key = Keystore.Decrypt(vector.Text("json"), vector.Text("password"));
        var secret = new byte[EthereumKey.Size];
        key.CopySecretTo(secret);
        return secret.AsSpan().SequenceEqual(vector.Bytes("privateKey"));
    }

    /// <summary>The vector as wallets take it, with the standard's domain type beside the others.</summary>
    public static JsonObject Message(JsonElement vector)
    {
        var domain = vector.GetProperty("domain");
        (string Type, string Name)[] standard =
            [("string", "name"), ("string", "version"), ("uint256", "chainId"), ("address", "verifyingContract"), ("bytes32", "salt")];
        var types = JsonNode.Parse(vector.GetProperty("types").GetRawText())!.AsObject();
        types["EIP712Domain"] = new JsonArray([.. standard.Where(field => domain.Has(field.Name))
            .Select(field => new JsonObject { ["name"] = field.Name, ["type"] = field.Type })]);
        return new JsonObject
        {
            ["types"] = types,
            ["primaryType"] = vector.Text("primaryType"),
            ["domain"] = JsonNode.Parse(domain.GetRawText()),
            ["message"] = JsonNode.Parse(vector.GetProperty("data").GetRawText()),
        };
    }

    public static AbiType[] Types(JsonElement vector) =>
        [.. Embedded(vector, "types").EnumerateArray().Select(type => AbiType.Parse(type.GetString()!))];

    public static JsonElement Values(JsonElement vector) =>
        Embedded(vector, vector.Has("normalizedValues") ? "normalizedValues" : "values");

    private static bool Transaction(byte[] raw, string unsigned, string sender)
    {
        var signed = SignedTransaction.Decode(raw);
        return signed.Encode().AsSpan().SequenceEqual(raw) && Hex.Encode(signed.Transaction.EncodeUnsigned()) == unsigned
            && signed.Sender == Address.Parse(sender);
    }

    private static JsonElement Embedded(JsonElement vector, string property)
    {
        using var document = JsonDocument.Parse(vector.Text(property));
        return document.RootElement.Clone();
    }
}
