using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>Which logs are wanted.</summary>
/// <param name="Addresses">Contracts; none stands for every contract.</param>
/// <param name="Topics">
/// For each topic in turn the values that are wanted; an empty list stands for any value. No list at all stands for every event.
/// </param>
public sealed record LogFilter(IReadOnlyList<Address> Addresses, params IReadOnlyList<Hash32>[] Topics)
{
    /// <summary>Every log of these contracts.</summary>
    public static LogFilter Of(params IReadOnlyList<Address> contracts) => new(contracts);

    internal JsonObject ToJson(ulong from, ulong to) =>
        With(new JsonObject { ["fromBlock"] = BlockTag.At(from).ToString(), ["toBlock"] = BlockTag.At(to).ToString() });

    /// <summary>Of one block (EIP-234): a node that does not have it says so.</summary>
    internal JsonObject ToJson(Hash32 block) => With(new JsonObject { ["blockHash"] = block.ToString() });

    private JsonObject With(JsonObject json)
    {
        if (Addresses.Count > 0)
            json["address"] = new JsonArray([.. Addresses.Select(a => JsonValue.Create(a.ToString()))]);
        if (Topics.Length > 0)
            json["topics"] = new JsonArray([.. Topics.Select(t =>
                t.Count == 0 ? null : new JsonArray([.. t.Select(v => JsonValue.Create(v.ToString()))]))]);
        return json;
    }
}
