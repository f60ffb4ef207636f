using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>
/// Finds what a contract reverted with in a node's error. go-ethereum and Anvil put the bytes into <c>data</c>; Parity and what came from
/// it write "Reverted 0x…" there; others nest them in objects of any name, or write them into the message.
/// </summary>
internal static class RevertBytes
{
    private const int Deepest = 6;
    private const int MaxMembers = 64;

    /// <summary>The bytes; null where none are in the error.</summary>
    public static byte[]? In(JsonElement error) =>
        (error.TryGetProperty("data", out var data) ? Of(data, isNamedData: true, Deepest) : null)
            ?? Of(error, isNamedData: false, Deepest);

    private static byte[]? Of(JsonElement json, bool isNamedData, int depth) => json.ValueKind switch
    {
        JsonValueKind.String => RpcWire.TextOf(json) is { } text ? Of(text, isNamedData) : null,
        JsonValueKind.Object when depth > 0 => json.EnumerateObject().Take(MaxMembers)
            .OrderBy(member => member.Name == "data" ? 0 : 1)
            .Select(member => Of(member.Value, member.Name == "data", depth - 1)).FirstOrDefault(bytes => bytes is not null),
        JsonValueKind.Array when depth > 0 =>
            json.EnumerateArray().Take(MaxMembers).Select(item => Of(item, false, depth - 1)).FirstOrDefault(bytes => bytes is not null),
        _ => null,
    };

    /// <summary>
    /// Hashes and addresses stand in errors too. Outside of <c>data</c> only what has the form of an encoded error counts.
    /// </summary>
    private static byte[]? Of(string text, bool isNamedData)
    {
        var start = text.IndexOf("0x", StringComparison.Ordinal);
        if (start < 0)
            return null;
        var end = start + 2;
        while (end < text.Length && char.IsAsciiHexDigit(text[end]))
            end++;
        if (!Hex.TryDecode(text.AsSpan(start, end - start), out byte[]? bytes))
            return null;
        return (isNamedData && (start == 0 || text.StartsWith("Reverted", StringComparison.OrdinalIgnoreCase)))
            || bytes.Length % 32 == Selector.Size ? bytes : null;
    }
}
