using System.Numerics;
using System.Text.Json;
using DataBright.Ethereum;

namespace DataBright.Testing.Odd;

/// <summary>Writes values of any ABI type, as extreme as the type allows or as plain as can be. Equal seeds write equal values.</summary>
public sealed class OddValues(int seed)
{
    private static readonly BigInteger[] Numbers =
    [
        0, 1, 2, 255, 10_000, 1_000_001, int.MaxValue, (BigInteger)int.MaxValue + 1, uint.MaxValue, 253_402_300_799, 253_402_300_800,
        (BigInteger.One << 40) - 1,
        long.MaxValue, (BigInteger)long.MaxValue + 1, ulong.MaxValue, BigInteger.One << 64, (BigInteger.One << 80) - 1,
        (BigInteger.One << 96) - 1,
        (BigInteger.One << 127) + 5, (BigInteger.One << 128) - 1, BigInteger.One << 128, (BigInteger.One << 256) - 1,
    ];

    private static readonly byte[][] Texts =
    [
        [], "plain"u8.ToArray(), "\0"u8.ToArray(), [0xff, 0xfe, 0xc0, 0x80], [0xed, 0xa0, 0x80], "\u202Egnp.exe\u202C \u2066x"u8.ToArray(),
        "\u001B[2J\u001B]0;x\u0007\r\n\t\u0008"u8.ToArray(),
        "<script>alert(1)</script>\"'&"u8.ToArray(), "[red]no end [/] [[x [bold"u8.ToArray(), "{0} {x:d} %s %n"u8.ToArray(),
        "a\u0301\u200B\uFEFF\U0001F600\u0085\u2028"u8.ToArray(),
        [.. Enumerable.Repeat((byte)'w', 65_536)], "=1+1,\"x\";\n"u8.ToArray(),
    ];

    private readonly Random _random = new(seed);

    /// <summary>Numbers of things that exist sooner or later: most references go to these, and none to the first thing of a kind.</summary>
    public IReadOnlyList<BigInteger> Ids { get; init; } = [2, 3, 4, 5];

    /// <summary>Nothing that no contract can say, such as a truth value of two.</summary>
    public bool IsWellFormed { get; init; }

    public IReadOnlyList<Address> Accounts { get; init; } = [default];

    public IReadOnlyList<Address> Tokens { get; init; } = [default];

    public int Below(int bound) => _random.Next(bound);

    public T Of<T>(IReadOnlyList<T> many) => many[_random.Next(many.Count)];

    /// <summary>The words of some parameters, one after another as in calldata without its selector.</summary>
    public byte[] Encode(IReadOnlyList<JsonElement> types, IReadOnlyDictionary<string, object>? plain = null) => Tuple(types, plain);

    /// <summary>One indexed parameter.</summary>
    public byte[] Topic(JsonElement type, IReadOnlyDictionary<string, object>? plain = null) => Value(type, plain);

    private byte[] Tuple(IReadOnlyList<JsonElement> types, IReadOnlyDictionary<string, object>? plain) =>
        Joined([.. types.Select(type => (IsDynamic(type), Value(type, plain)))]);

    private static byte[] Joined(IReadOnlyList<(bool IsDynamic, byte[] Bytes)> parts)
    {
        int head = parts.Sum(part => part.IsDynamic ? 32 : part.Bytes.Length);
        List<byte> heads = [], tails = [];
        foreach (var (isDynamic, bytes) in parts)
        {
            heads.AddRange(isDynamic ? Word(head + tails.Count) : bytes);
            if (isDynamic) tails.AddRange(bytes);
        }
        return [.. heads, .. tails];
    }

    private static bool IsDynamic(JsonElement type) => NameOf(type) switch
    {
        "string" or "bytes" => true,
        var name when name.EndsWith("[]", StringComparison.Ordinal) => true,
        "tuple" => type.GetProperty("components").EnumerateArray().Any(IsDynamic),
        _ => false,
    };

    private byte[] Value(JsonElement type, IReadOnlyDictionary<string, object>? plain)
    {
        var (name, called) = (NameOf(type), type.GetProperty("name").GetString()!);
        if (plain is not null && plain.TryGetValue(called, out var given)) return Given(given);
        if (name.EndsWith("[]", StringComparison.Ordinal)) return plain is not null ? Word(0) : Array(type, name[..^2]);
        return name switch
        {
            "tuple" => Tuple([.. type.GetProperty("components").EnumerateArray()], plain),
            "string" => Bytes(plain is not null ? "name"u8.ToArray() : Of(Texts)),
            "bytes" => Bytes(plain is not null ? [1, 0x55, 0x12, 0x20, .. new byte[32]] : SomeBytes()),
            "bool" => Word(plain is not null ? 0 : !IsWellFormed && Below(40) == 0 ? 2 : Below(2)),
            "address" => plain is not null ? Word(Accounts[0]) : Word(called == "shares" ? Of(Tokens) : Of(Accounts)),
            _ when name.StartsWith("uint", StringComparison.Ordinal) => Word(plain is not null ? 1 : Number(called, int.Parse(name[4..]))),
            _ when name.StartsWith("int", StringComparison.Ordinal) =>
                Signed(plain is not null ? 1 : Number(called, int.Parse(name[3..])), int.Parse(name[3..])),
            _ when name.StartsWith("bytes", StringComparison.Ordinal) => Fixed(int.Parse(name[5..]), plain is not null),
            _ => throw new NotSupportedException($"No odd values are known of the type {name}; say here what they are."),
        };
    }

    /// <summary>In two's complement: the upper half of the numbers of that many bits are the negative ones.</summary>
    private static byte[] Signed(BigInteger number, int bits) =>
        Word(number >= BigInteger.One << (bits - 1) && number < BigInteger.One << bits
            ? (BigInteger.One << 256) - (BigInteger.One << bits) + number : number);

    private BigInteger Number(string called, int bits)
    {
        if (bits == 8) return Below(10) == 0 ? 255 : Below(7);
        bool isId = called.EndsWith("Id", StringComparison.Ordinal) || called is "parent" or "parents";
        if (isId && Below(12) > 0) return Of(Ids);
        // Small enough to be entered as a rule, and past every type now and then.
        var fitting =
            Numbers.Where(number => number < BigInteger.One << bits && (Below(6) == 0 || number < BigInteger.One << 96)).ToArray();
        var number = Below(8) == 0 ? (BigInteger.One << bits) - 1 : Of(fitting);
        return isId && number == 1 ? 0 : number;
    }

    private byte[] Array(JsonElement type, string element)
    {
        if (!IsWellFormed && Below(60) == 0) return Word((BigInteger.One << 256) - 1);
        var one = JsonSerializer.SerializeToElement(new Dictionary<string, object?>
        {
            ["type"] = element, ["name"] = type.GetProperty("name").GetString(),
            ["components"] = type.TryGetProperty("components", out var parts) ? parts : null,
        });
        int count = Below(4);
        return [.. Word(count), .. Joined([.. Enumerable.Range(0, count).Select(_ => (IsDynamic(one), Value(one, null)))])];
    }

    private byte[] SomeBytes()
    {
        var bytes = new byte[Of([0, 1, 4, 33, 36, 36, 64, 65, 65_536])];
        _random.NextBytes(bytes);
        if (bytes.Length == 36 && Below(2) == 0) new byte[] { 1, 0x55, 0x12, 0x20 }.CopyTo(bytes, 0);
        return bytes;
    }

    private byte[] Fixed(int size, bool plain)
    {
        var word = new byte[32];
        if (plain) word.AsSpan(0, size).Fill(0x11);
        else if (Below(5) > 0) _random.NextBytes(word.AsSpan(0, size));
        else if (Below(2) == 0) word.AsSpan(0, size).Fill(0xff);
        return word;
    }

    private static string NameOf(JsonElement type) => type.GetProperty("type").GetString()!;

    private static byte[] Given(object value) => value switch
    {
        Address address => Word(address),
        Hash32 hash => hash.ToArray(),
        byte[] bytes => Bytes(bytes),
        string text => Bytes(System.Text.Encoding.UTF8.GetBytes(text)),
        ulong number => Word(number),
        int number => Word(number),
        long number => Word(number),
        BigInteger number => Word(number),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    private static byte[] Word(Address address) => [.. new byte[12], .. address.ToArray()];

    private static byte[] Word(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static byte[] Bytes(byte[] bytes) => [.. Word(bytes.Length), .. bytes, .. new byte[(32 - bytes.Length % 32) % 32]];
}
