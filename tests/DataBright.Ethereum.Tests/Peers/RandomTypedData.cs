using System.Text.Json.Nodes;

namespace DataBright.Ethereum.Tests.Peers;

/// <summary>Random messages of EIP-712 with nested structs and arrays.</summary>
internal static class RandomTypedData
{
    public static JsonObject Make(Chance chance)
    {
        var types = new JsonObject();
        var names = new List<string>();
        var makers = new Dictionary<string, Func<JsonObject>>();
        for (var level = 0; level < 1 + chance.Below(3); level++)
            Define($"Part{(char)('Z' - level)}");
        var domain = Domain(chance, out var domainFields);
        types["EIP712Domain"] = domainFields;
        return new JsonObject { ["types"] = types, ["primaryType"] = names[^1], ["domain"] = domain, ["message"] = makers[names[^1]]() };

        void Define(string name)
        {
            var fields = new JsonArray();
            var values = new List<(string Name, Func<JsonNode> Make)>();
            for (var i = 0; i < 1 + chance.Below(4); i++)
            {
                var plain = chance.Plain();
                var part = names.Count > 0 && chance.Coin() ? names[chance.Below(names.Count)] : null;
                Func<JsonNode> make = part is null ? () => Chance.Json(chance.Value(plain)) : makers[part];
                var type = part ?? plain.ToString();
                for (var dimension = chance.Below(3); dimension > 0; dimension--)
                {
                    var element = make;
                    var length = chance.Coin() ? 1 + chance.Below(3) : -1;
                    make = () => new JsonArray([.. Enumerable.Range(0, length < 0 ? chance.Below(3) : length).Select(_ => element())]);
                    type += length < 0 ? "[]" : $"[{length}]";
                }
                fields.Add(new JsonObject { ["name"] = $"f{i}", ["type"] = type });
                values.Add(($"f{i}", make));
            }
            types[name] = fields;
            names.Add(name);
            makers[name] = () => new JsonObject(values.Select(value => KeyValuePair.Create(value.Name, (JsonNode?)value.Make())));
        }
    }

    private static JsonObject Domain(Chance chance, out JsonArray fields)
    {
        var domain = new JsonObject();
        fields = [];
        Add(fields, "name", "string", chance.Text());
        Add(fields, "version", "string", "1");
        Add(fields, "chainId", "uint256", chance.Below(1 << 30));
        Add(fields, "verifyingContract", "address", chance.Account().ToString());
        Add(fields, "salt", "bytes32", chance.Hash().ToString());
        return domain;

        void Add(JsonArray to, string name, string type, JsonNode value)
        {
            if (chance.Coin())
                return;
            to.Add(new JsonObject { ["name"] = name, ["type"] = type });
            domain[name] = value;
        }
    }
}
