using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataBright.Testing.Odd;

/// <summary>A chain that says what a test tells it to, over JSON-RPC on a port of this machine: some entries a block.</summary>
public sealed class ScriptedChain : IAsyncDisposable
{
    private const int PerBlock = 25;

    private readonly HttpListener _listener;
    private readonly Func<byte[], byte[]?> _answer;
    private readonly Lock _lock = new();
    private readonly Task _serving;
    private List<(OddEntry Entry, ulong Block, uint Index)> _entries = [];
    private ulong _head = 1;
    private ulong _forkedAt = ulong.MaxValue;

    public ScriptedChain(Func<byte[], byte[]?>? answer = null)
    {
        _answer = answer ?? (_ => null);
        (_listener, var url) = LoopbackListener.Start();
        Url = new Uri(url);
        _serving = ServeAsync();
    }

    public Uri Url { get; }

    public ulong Head => Volatile.Read(ref _head);

    /// <summary>Adds blocks.</summary>
    public void Mine(IReadOnlyList<OddEntry> entries)
    {
        lock (_lock)
        {
            var added = entries.Chunk(PerBlock)
                .SelectMany((block, number) => block.Select((entry, index) => (entry, _head + 1 + (ulong)number, (uint)index))).ToList();
            _entries = [.. _entries, .. added];
            _head += (ulong)entries.Chunk(PerBlock).Count() + 1;
        }
    }

    /// <summary>Takes blocks back and makes as many others, with nothing in them.</summary>
    public void Forget(ulong from)
    {
        lock (_lock)
        {
            _entries = [.. _entries.Where(one => one.Block < from)];
            _forkedAt = from;
            _head++;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
            try
            {
                var context = await _listener.GetContextAsync();
                using var request = await JsonDocument.ParseAsync(context.Request.InputStream);
                JsonNode reply;
                lock (_lock)
                    reply = request.RootElement.ValueKind == JsonValueKind.Array
                        ? new JsonArray([.. request.RootElement.EnumerateArray().Select(Reply)])
                        : Reply(request.RootElement);
                var body = Encoding.UTF8.GetBytes(reply.ToJsonString());
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                if (!_listener.IsListening) return;
            }
    }

    private JsonObject Reply(JsonElement request)
    {
        var reply = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(request.GetProperty("id").GetRawText()) };
        reply["result"] = Result(request.GetProperty("method").GetString()!,
            request.TryGetProperty("params", out var given) ? [.. given.EnumerateArray()] : []);
        return reply;
    }

    private JsonNode? Result(string method, JsonElement[] given) => method switch
    {
        "eth_chainId" => Quantity(OddLedger.Market.ChainId),
        "eth_blockNumber" => Quantity(_head),
        "eth_getCode" => "0x00",
        "eth_getBalance" => "0x0",
        "eth_getBlockByNumber" => BlockAt(given[0].GetString()!),
        "eth_getBlockByHash" => Enumerable.Range(0, (int)_head + 1)
            .FirstOrDefault(number => HashOf((ulong)number) == given[0].GetString(), -1) is var found and >= 0 ? Block((ulong)found) : null,
        "eth_getLogs" => Logs(given[0]),
        "eth_call" => Called(given[0]),
        _ => null,
    };

    private JsonObject? BlockAt(string tag) => tag is "latest" or "pending" or "safe" or "finalized" ? Block(_head) : Block(Number(tag));

    private JsonObject? Block(ulong number) => number > _head ? null : new JsonObject
    {
        ["number"] = Quantity(number),
        ["hash"] = HashOf(number),
        ["parentHash"] = HashOf(number == 0 ? 0 : number - 1),
        ["timestamp"] = Quantity(1_700_000_000 + number),
        ["gasLimit"] = "0x1c9c380",
        ["gasUsed"] = "0x0",
        ["baseFeePerGas"] = "0x1",
        ["transactions"] = new JsonArray(),
    };

    private JsonArray Logs(JsonElement filter)
    {
        ulong from = Number(filter.GetProperty("fromBlock").GetString()!), to = Number(filter.GetProperty("toBlock").GetString()!);
        var addresses = Choices(filter, "address");
        var topics = filter.TryGetProperty("topics", out var wanted) ? wanted.EnumerateArray().Select(Choices).ToArray() : [];
        return new JsonArray([.. _entries.Where(one => one.Block >= from && one.Block <= to && Fits(one.Entry)).Select(Log)]);

        bool Fits(OddEntry entry) =>
            (addresses is null || addresses.Contains(entry.Words[0]))
            && topics.Select((choices, place) => choices is null
                || (place + 1 < entry.Words.Count && choices.Contains(entry.Words[place + 1]))).All(fits => fits);
    }

    private JsonNode Log((OddEntry Entry, ulong Block, uint Index) one) => new JsonObject
    {
        ["address"] = one.Entry.Address.ToString(),
        ["topics"] = new JsonArray([.. one.Entry.Topics.Select(topic => (JsonNode)topic.ToString())]),
        ["data"] = Hex.Encode(one.Entry.Data),
        ["blockNumber"] = Quantity(one.Block),
        ["blockHash"] = HashOf(one.Block),
        ["transactionHash"] = HashOf(one.Block + 1_000_000),
        ["transactionIndex"] = "0x0",
        ["logIndex"] = Quantity(one.Index),
        ["blockTimestamp"] = Quantity(1_700_000_000 + one.Block),
    };

    private JsonNode Called(JsonElement call)
    {
        var data = call.TryGetProperty("data", out var given) ? given : call.GetProperty("input");
        return Hex.Encode(_answer(Convert.FromHexString(data.GetString()!.AsSpan(2))) ?? new byte[32]);
    }

    private static HashSet<string>? Choices(JsonElement filter, string name) =>
        filter.TryGetProperty(name, out var value) ? Choices(value) : null;

    private static HashSet<string>? Choices(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array when value.GetArrayLength() == 0 => null,
        JsonValueKind.Array => [.. value.EnumerateArray().Select(one => one.GetString()!.ToLowerInvariant())],
        _ => [value.GetString()!.ToLowerInvariant()],
    };

    private string HashOf(ulong number)
    {
        var bytes = new byte[32];
        bytes[0] = number >= _forkedAt ? (byte)2 : (byte)1;
        BitConverter.TryWriteBytes(bytes.AsSpan(16), number);
        return Hex.Encode(bytes);
    }

    private static string Quantity(ulong number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);

    private static ulong Number(string quantity) => ulong.Parse(quantity.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
