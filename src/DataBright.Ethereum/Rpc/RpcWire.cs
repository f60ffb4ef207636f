using System.Globalization;
using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>Turns calls into JSON-RPC text and answers back into replies.</summary>
internal static class RpcWire
{
    private const int LongestText = 2_000;

    public static byte[] Write(IReadOnlyList<RpcRequest> requests, long firstId, bool asBatch)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (asBatch)
                json.WriteStartArray();
            for (var i = 0; i < requests.Count; i++)
                Write(json, requests[i], firstId + i);
            if (asBatch)
                json.WriteEndArray();
        }
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, RpcRequest request, long id)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WriteNumber("id", id);
        json.WriteString("method", request.Method);
        json.WriteStartArray("params");
        foreach (var parameter in request.Parameters)
            if (parameter is null)
                json.WriteNullValue();
            else
                parameter.WriteTo(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Gives each request the answer with its id, whatever order the answers are in.</summary>
    public static RpcReply[] Match(Uri url, JsonElement answer, IReadOnlyList<RpcRequest> requests, long firstId)
    {
        var replies = new RpcReply?[requests.Count];
        if (answer.ValueKind == JsonValueKind.Array)
            foreach (var item in answer.EnumerateArray())
                Place(url, item, requests, firstId, replies);
        else
            Place(url, answer, requests, firstId, replies);

        var missing = Array.IndexOf(replies, null);
        return missing < 0
            ? [.. replies.Select(r => r!)]
            : throw new ChainException(ChainFault.WrongId, url,
                $"gave no answer to {requests[missing].Method}, which was part of a batch of {requests.Count}",
                "Ask the operator of that node whether it limits batches, or use another URL.");
    }

    private static void Place(Uri url, JsonElement item, IReadOnlyList<RpcRequest> requests, long firstId, RpcReply?[] replies)
    {
        if (item.ValueKind != JsonValueKind.Object)
            throw NotJsonRpc(url, item.GetRawText());
        var hasError = item.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String;
        item.TryGetProperty("id", out var idValue);

        // A node that could not even read the request does not know its id and answers null (JSON-RPC 2.0, section 5).
        if (hasError && idValue.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            for (var i = 0; i < requests.Count; i++)
                replies[i] ??= new RpcReply(ErrorOf(requests[i], error, ofWhole: requests.Count > 1));
            return;
        }

        if (idValue.ValueKind != JsonValueKind.Number || !idValue.TryGetInt64(out var id)
            || id < firstId || id >= firstId + requests.Count || replies[id - firstId] is not null)
            throw new ChainException(ChainFault.WrongId, url,
                $"answered a question that was not asked (id "
                + $"{(idValue.ValueKind == JsonValueKind.Undefined ? "missing" : idValue.GetRawText())})",
                "A proxy may be mixing up connections: ask the node directly.");

        var index = (int)(id - firstId);
        replies[index] = hasError ? new RpcReply(ErrorOf(requests[index], error))
            : item.TryGetProperty("result", out var result) ? new RpcReply(result)
            : throw NotJsonRpc(url, item.GetRawText());
    }

    private static RpcException ErrorOf(RpcRequest request, JsonElement error, bool ofWhole = false)
    {
        if (error.ValueKind == JsonValueKind.String)
            return new RpcException(request.Method, 0, Printable(TextOf(error) ?? "no reason given")) { IsOfWhole = ofWhole };
        var message = error.TryGetProperty("message", out var m) ? TextOf(m) : null;
        return new RpcException(request.Method, CodeOf(error), Printable(message ?? "no reason given"),
            RevertBytes.In(error)) { IsOfWhole = ofWhole };
    }

    private static int CodeOf(JsonElement error) => !error.TryGetProperty("code", out var code) ? 0 : code.ValueKind switch
    {
        JsonValueKind.Number when code.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(TextOf(code), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var number) => number,
        _ => 0,
    };

    /// <summary>A text; null where it is none, or no Unicode.</summary>
    public static string? TextOf(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair, or bytes that are no UTF-8.
        }
    }

    public static ChainException NotJsonRpc(Uri url, string text) => new(ChainFault.NotJsonRpc, url,
        $"does not answer JSON-RPC; it says \"{Printable(text.Length > 80 ? text[..80] + "…" : text)}\"",
        "Check that the URL is that of an Ethereum node and that no web page or proxy stands before it.");

    private static string Printable(string text) =>
        new string([.. (text.Length > LongestText ? text[..LongestText] + "…" : text).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
}
