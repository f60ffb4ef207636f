using System.Text.Json.Nodes;
using Nethereum.Signer.EIP712;
using Nethereum.Util;

namespace DataBright.Ecosystem.Tests.TypedData;

/// <summary>
/// A message of EIP-712 in the JSON of <c>eth_signTypedData_v4</c>, written here from the standard's text of its type: none of our code is
/// in it.
/// </summary>
internal static class Message
{
    private const string DomainType = "string name,string version,uint256 chainId,address verifyingContract";

    /// <summary>Writes the JSON of a struct without parts.</summary>
    /// <param name="type">As contracts have it: <c>Voucher(uint256 channelId,uint256 cumulative)</c>.</param>
    /// <param name="name">The domain's name; its version is 1.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="contract">The verifying contract.</param>
    /// <param name="values">One for each field.</param>
    public static JsonObject Of(string type, string name, ulong chain, string contract, params JsonNode[] values)
    {
        var fields = Fields(type[(type.IndexOf('(', StringComparison.Ordinal) + 1)..^1]);
        fields.Count.ShouldBe(values.Length, type);
        return new JsonObject
        {
            ["types"] = new JsonObject { ["EIP712Domain"] = Json(Fields(DomainType)), [NameOf(type)] = Json(fields) },
            ["primaryType"] = NameOf(type),
            ["domain"] = new JsonObject { ["name"] = name, ["version"] = "1", ["chainId"] = chain, ["verifyingContract"] = contract },
            ["message"] = new JsonObject(fields.Zip(values, (field, value) => KeyValuePair.Create(field.Name, (JsonNode?)value))),
        };
    }

    public static string NameOf(string type) => type[..type.IndexOf('(', StringComparison.Ordinal)];

    /// <summary>What Nethereum would sign.</summary>
    public static Hash32 DigestByNethereum(JsonObject message) =>
        new(Sha3Keccack.Current.CalculateHash(Eip712TypedDataSigner.Current.EncodeTypedData(message.ToJsonString())));

    private static List<(string Type, string Name)> Fields(string text) =>
        [.. text.Split(',').Select(field => field.Split(' ')).Select(words => (words[0], words[1]))];

    private static JsonArray Json(List<(string Type, string Name)> fields) =>
        new([.. fields.Select(field => new JsonObject { ["name"] = field.Name, ["type"] = field.Type })]);
}
