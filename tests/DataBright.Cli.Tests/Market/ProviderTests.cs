using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Testing.Odd;

namespace DataBright.Cli.Tests.Market;

/// <summary>The command line over providers that have one habit each.</summary>
[Collection(nameof(RunningMarket))]
public sealed class ProviderTests(RunningMarket market)
{
    public static TheoryData<string, Func<string, int, JsonObject, JsonObject>> Harmless => new()
    {
        { "no effective price", (method, _,
            reply) => Changed(reply, method == "eth_getTransactionReceipt", r => r.Remove("effectiveGasPrice")) },
        { "no bloom, no gas, a number for a status",
            (method, _, reply) => Changed(reply, method == "eth_getTransactionReceipt",
                r => { r.Remove("logsBloom"); r.Remove("gasUsed"); r["status"] = 1; }) },
        { "blocks without rewards", (method, _,
            reply) => Changed(reply, method == "eth_feeHistory", r => r["reward"] = new JsonArray(new JsonArray(), new JsonArray())) },
        { "no rewards and no base fees",
            (method, _, reply) => Changed(reply, method == "eth_feeHistory", r => { r["reward"] = null; r.Remove("baseFeePerGas"); }) },
        { "a fee that is too low, once", (method, nth, reply) => method == "eth_sendRawTransaction" && nth == 1
            ? Refused(reply, -32000, "transaction underpriced: gas tip cap 1, minimum needed 25000000000") : reply },
    };

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task A_harmless_habit_changes_nothing(string habit, Func<string, int, JsonObject, JsonObject> alter)
    {
        // What was asked to be sent counts here only where the chain took it, so a refusal stands for one that never reached it.
        await using var provider = new Provider(market.Rpc, alter);
        var before = await NonceAsync("ines");

        (await TransferAsync(provider, "0.000001")).ShouldSucceed();

        (await NonceAsync("ines")).ShouldBe(before + 1, habit);
    }

    [Fact]
    public async Task Shares_that_moved_are_named_where_the_receipt_cannot_be_read()
    {
        await using var provider = new Provider(market.Rpc, (method, _, reply) =>
            Changed(reply, method == "eth_getTransactionReceipt", r => r["blockNumber"] = "many"));

        var told = await TransferAsync(provider, "0.000001");

        told.ShouldFailClearly(ExitCode.Unreachable, "0x", "look at it before doing the same again");
    }

    [Theory]
    [InlineData("VM execution error.", -32015, "Reverted ")]
    [InlineData("VM execution error.", -32015, "")]
    [InlineData("Internal JSON-RPC error.", -32603, "")]
    public async Task The_markets_rule_is_shown_however_a_node_tells_a_refusal(string message, int code, string before)
    {
        await using var provider = new Provider(market.Rpc,
            (method, _, reply) => method is "eth_call" or "eth_estimateGas" && reply["error"]?["data"] is { } data
            ? Refused(reply, code, message, before + data.GetValue<string>())
            : reply);

        (await TransferAsync(provider, "1000000")).ShouldFailClearly(ExitCode.Refused, "shares are needed");
    }

    [Fact]
    public async Task The_index_holds_against_the_receipts()
    {
        (await market.RunAsync("dataset", "list")).ShouldSucceed();

        var held = (await market.RunAsync("index", "verify", "--json")).ShouldSucceed().Json;

        held.GetProperty("missing").GetArrayLength().ShouldBe(0);
        held.GetProperty("events").GetInt32().ShouldBeGreaterThan(3);
    }

    private async Task<Finished> TransferAsync(Provider provider, string shares) => await market.RunAsync(
        "share", "transfer", "--dataset", "1", "--to", "0x00000000000000000000000000000000000000f1", "--shares", shares, "--key", "ines",
        "--rpc", provider.Url);

    private async Task<ulong> NonceAsync(string name)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        return await new EthereumClient(new JsonRpcClient(http, market.Rpc)).NonceAsync(Address.Parse(await market.AddressAsync(name)),
            stop: TestContext.Current.CancellationToken);
    }

    private static JsonObject Changed(JsonObject reply, bool isIt, Action<JsonObject> change)
    {
        if (isIt && reply["result"] is JsonObject result)
            change(result);
        return reply;
    }

    private static JsonObject Refused(JsonObject reply, int code, string message, string? data = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (data is not null)
            error["data"] = data;
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = reply["id"]!.DeepClone(), ["error"] = error };
    }

    /// <summary>Stands before the market's chain; a first sending is altered without reaching it.</summary>
    private sealed class Provider : IAsyncDisposable
    {
        private readonly HttpListener _listener;
        private readonly HttpClient _http = new(new SocketsHttpHandler());
        private readonly Uri _chain;
        private readonly Func<string, int, JsonObject, JsonObject> _alter;
        private readonly Dictionary<string, int> _asked = [];
        private readonly Task _serving;

        public Provider(Uri chain, Func<string, int, JsonObject, JsonObject> alter)
        {
            (_chain, _alter) = (chain, alter);
            (_listener, Url) = LoopbackListener.Start();
            _serving = ServeAsync();
        }

        public string Url { get; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            _listener.Close();
            _http.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
                try
                {
                    var context = await _listener.GetContextAsync();
                    var body = JsonNode.Parse(context.Request.InputStream)!;
                    var replies = new JsonArray();
                    foreach (var call in body is JsonArray many ? [.. many] : new JsonNode?[] { body })
                        replies.Add(await PassAsync(call!));
                    var text = body is JsonArray ? replies.ToJsonString() : replies[0]!.ToJsonString();
                    context.Response.ContentType = "application/json";
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
                    context.Response.Close();
                }
                catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
        }

        private async Task<JsonObject> PassAsync(JsonNode call)
        {
            var method = call["method"]!.GetValue<string>();
            var nth = _asked[method] = _asked.GetValueOrDefault(method) + 1;
            var empty = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = call["id"]!.DeepClone() };
            if (method == "eth_sendRawTransaction" && _alter(method, nth, empty) is { } refused && refused["error"] is not null)
                return refused;
            using var content = new StringContent(call.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(_chain, content);
            return _alter(method, nth, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
        }
    }
}
