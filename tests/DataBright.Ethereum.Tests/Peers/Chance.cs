using System.Numerics;
using System.Text.Json.Nodes;

namespace DataBright.Ethereum.Tests.Peers;

/// <summary>Types, values and transactions by a seeded generator, in our form and in the one that travels to peers.</summary>
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    public int Below(int limit) => _random.Next(limit);

    public bool Coin() => _random.Next(2) == 0;

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    public Address Account() => new(Bytes(20));

    public Hash32 Hash() => new(Bytes(32));

    /// <summary>A number of up to so many bits, small and extreme ones often.</summary>
    public Uint256 Number(int bits) => Below(6) switch
    {
        0 => default,
        1 => (Uint256)((BigInteger.One << bits) - 1),
        2 => (ulong)Below(100),
        _ => (Uint256)(new BigInteger(Bytes(32), isUnsigned: true) >> 256 - 1 - Below(bits)),
    };

    public string Text()
    {
        string[] pieces = ["", "a", "data", "ß", "数据", "🦉", "e\u0301", "\"\\\n", "thirty-two bytes of plain text!!", " "];
        return string.Concat(Enumerable.Range(0, Below(4)).Select(_ => pieces[Below(pieces.Length)]));
    }

    public AbiType Plain() => Below(8) switch
    {
        0 => AbiType.Uint(8 * (1 + Below(32))),
        1 => AbiType.Int(8 * (1 + Below(32))),
        2 => AbiType.Address,
        3 => AbiType.Bool,
        4 => AbiType.FixedBytes(1 + Below(32)),
        5 => AbiType.Bytes,
        6 => AbiType.String,
        _ => AbiType.Uint(256),
    };

    public AbiType Type(int depth) => depth == 0 ? Plain() : Below(5) switch
    {
        0 => AbiType.ArrayOf(Type(depth - 1)),
        1 => AbiType.FixedArrayOf(Type(depth - 1), 1 + Below(3)),
        2 => AbiType.TupleOf(Parameters(1 + Below(4), depth - 1)),
        _ => Plain(),
    };

    public AbiParameter[] Parameters(int count, int depth) =>
        [.. Enumerable.Range(0, count).Select(i => new AbiParameter($"p{i}", Type(depth)))];

    public AbiValue Value(AbiType type) => type.Kind switch
    {
        AbiKind.Uint => Number(type.Size),
        AbiKind.Int => (Int256)((BigInteger)Number(type.Size) - (BigInteger.One << type.Size - 1)),
        AbiKind.Address => Account(),
        AbiKind.Bool => Coin(),
        AbiKind.FixedBytes or AbiKind.Function => Bytes(type.Size),
        AbiKind.Bytes => Bytes(Below(100)),
        AbiKind.String => Text(),
        AbiKind.Array => new AbiValue.List([.. Enumerable.Range(0, Below(4)).Select(_ => Value(type.Element!))]),
        AbiKind.FixedArray => new AbiValue.List([.. Enumerable.Range(0, type.Size).Select(_ => Value(type.Element!))]),
        _ => new AbiValue.List([.. type.Components.Select(part => Value(part.Type))]),
    };

    public Transaction Transaction()
    {
        var (nonce, gas, value, data) = ((ulong)Below(1 << 20), (ulong)Number(40), Number(90), Bytes(Below(80)));
        Address? to = Below(5) == 0 ? null : Account();
        var chain = 1 + (ulong)Number(40);
        var access = Enumerable.Range(0, Below(3))
            .Select(_ => new AccessListEntry(Account(), [.. Enumerable.Range(0, Below(3)).Select(_ => Hash())])).ToList();
        return Below(3) switch
        {
            0 => new LegacyTransaction { ChainId = Below(4) == 0 ? null : chain, GasPrice = Number(60), Nonce = nonce, Gas = gas,
                Value = value, Data = data, To = to },
            1 => new Transaction2930 { ChainId = chain, GasPrice = Number(60), Nonce = nonce, Gas = gas, Value = value, Data = data,
                To = to, AccessList = access },
            _ => WithFees(new Transaction1559 { ChainId = chain, Nonce = nonce, Gas = gas, Value = value, Data = data, To = to,
                AccessList = access }),
        };
    }

    public static JsonNode Json(AbiValue value) => value switch
    {
        AbiValue.Uint number => number.Value.ToString(),
        AbiValue.Int number => number.Value.ToString(),
        AbiValue.Truth truth => truth.Value,
        AbiValue.Account account => account.Value.ToString(),
        AbiValue.Bytes bytes => bytes.ToString(),
        AbiValue.Text text => text.Value,
        AbiValue.List list => new JsonArray([.. list.Values.Select(Json)]),
        _ => throw new InvalidOperationException(),
    };

    public static JsonArray Json(IEnumerable<AbiValue> values) => new([.. values.Select(Json)]);

    public static JsonArray Json(IEnumerable<AbiParameter> parameters) => new([.. parameters.Select(parameter => Json(parameter))]);

    public static JsonNode Json(AbiParameter parameter)
    {
        var (type, suffix) = (parameter.Type, "");
        for (; type.Element is not null; type = type.Element)
            suffix = (type.Kind == AbiKind.Array ? "[]" : $"[{type.Size}]") + suffix;
        var json = new JsonObject { ["name"] = parameter.Name };
        if (parameter.Indexed)
            json["indexed"] = true;
        json["type"] = (type.Kind == AbiKind.Tuple ? "tuple" : type.ToString()) + suffix;
        if (type.Kind == AbiKind.Tuple)
            json["components"] = Json(type.Components);
        return json;
    }

    public static JsonObject Json(Transaction transaction)
    {
        var json = new JsonObject
        {
            ["nonce"] = transaction.Nonce.ToString(),
            ["gas"] = transaction.Gas.ToString(),
            ["value"] = transaction.Value.ToString(),
            ["data"] = Hex.Encode(transaction.Data.Span),
            ["to"] = transaction.To?.ToString(),
        };
        var (type, chain, price, access) = transaction switch
        {
            LegacyTransaction legacy => ("legacy", legacy.ChainId, legacy.GasPrice, null),
            Transaction2930 listed => ("eip2930", listed.ChainId, listed.GasPrice, listed.AccessList),
            Transaction1559 feed => ("eip1559", (ulong?)feed.ChainId, (Uint256?)null, feed.AccessList),
            _ => throw new InvalidOperationException(),
        };
        json["type"] = type;
        if (chain is { } id)
            json["chainId"] = id;
        if (price is { } gasPrice)
            json["gasPrice"] = gasPrice.ToString();
        if (transaction is Transaction1559 fees)
            (json["maxFeePerGas"], json["maxPriorityFeePerGas"]) = (fees.MaxFeePerGas.ToString(), fees.MaxPriorityFeePerGas.ToString());
        if (access is not null)
            json["accessList"] = new JsonArray([.. access.Select(entry => new JsonObject
            {
                ["address"] = entry.Address.ToString(),
                ["storageKeys"] = new JsonArray([.. entry.StorageKeys.Select(key => JsonValue.Create(key.ToString()))]),
            })]);
        return json;
    }

    private Transaction1559 WithFees(Transaction1559 transaction)
    {
        var fee = Number(60);
        return transaction with { MaxFeePerGas = fee, MaxPriorityFeePerGas = fee / 3u };
    }
}
