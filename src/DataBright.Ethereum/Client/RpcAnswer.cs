using System.Globalization;
using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>A JSON value of an answer, read strictly: what has the wrong form is one <see cref="ChainException"/>.</summary>
internal readonly record struct RpcAnswer(Uri Url, string Method, JsonElement Json)
{
    public bool IsNull => Json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>A member; a missing one reads as null.</summary>
    public RpcAnswer this[string name] =>
        Json.ValueKind != JsonValueKind.Object ? throw Malformed("an object")
        : Find(name) is { } member ? this with { Json = member }
        : this with { Json = default };

    public IEnumerable<RpcAnswer> Items()
    {
        if (Json.ValueKind != JsonValueKind.Array)
            throw Malformed("an array");
        foreach (var item in Json.EnumerateArray())
            yield return this with { Json = item };
    }

    /// <summary>The items; none where it is no array.</summary>
    public IEnumerable<RpcAnswer> ItemsOrNone() => Json.ValueKind == JsonValueKind.Array ? Items() : [];

    /// <summary>A member of the first name that it has with a value; the last is read as null where there is none.</summary>
    public RpcAnswer AnyOf(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (!this[name].IsNull)
                return this[name];
        return this with { Json = default };
    }

    /// <summary>What is read of it; <paramref name="otherwise"/> where it has the wrong form.</summary>
    public T Or<T>(Func<RpcAnswer, T> read, T otherwise)
    {
        try
        {
            return read(this);
        }
        catch (ChainException)
        {
            return otherwise;
        }
    }

    public Hash32 Hash() => Hash32.TryParse(Text(), out var hash) ? hash : throw Malformed("a hash");

    public Address Address()
    {
        Span<byte> bytes = stackalloc byte[Ethereum.Address.Size];
        return Hex.TryDecode(Text(), bytes) ? new Address(bytes) : throw Malformed("an address");
    }

    public byte[] Bytes() => Hex.TryDecode(Text(), out byte[]? bytes) ? bytes : throw Malformed("hexadecimal bytes");

    public bool Bool() => Json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Malformed("true or false"),
    };

    public Uint256 Quantity() =>
        Text().StartsWith("0x", StringComparison.Ordinal) && Uint256.TryParse(Text(), out var number)
            ? number : throw Malformed("a number");

    public ulong Number() =>
        Json.ValueKind == JsonValueKind.Number && Json.TryGetUInt64(out var plain) ? plain
        : Text().StartsWith("0x", StringComparison.Ordinal)
          && ulong.TryParse(Text().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number
        : throw Malformed("a number below 2^64");

    private JsonElement? Find(string name)
    {
        try
        {
            return Json.TryGetProperty(name, out var member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Another member's name is no Unicode.
        }
    }

    /// <summary>A place in a block.</summary>
    public uint Place() => Number() is <= uint.MaxValue and var place ? (uint)place : throw Malformed("a number below 2^32");

    /// <summary>A time in seconds.</summary>
    public DateTimeOffset Time() => ChainTime.From(Number());

    private string Text() => RpcWire.TextOf(Json) ?? throw Malformed("a text");

    public ChainException Malformed(string expected)
    {
        var text = IsNull ? "nothing" : Json.GetRawText();
        return new ChainException(ChainFault.Malformed, Url,
            $"answered {Method} with {(text.Length > 80 ? text[..80] + "…" : text)} where {expected} is expected",
            "The node may be of an unknown kind or version: try another one.");
    }
}
