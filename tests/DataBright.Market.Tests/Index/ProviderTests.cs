using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;

namespace DataBright.Market.Tests.Indexes;

/// <summary>The index through providers that leave out, lag and refuse; on a chain of its own, whose blocks are taken back.</summary>
public sealed class ProviderTests(ReorganisationTests.OwnMarket own) : IClassFixture<ReorganisationTests.OwnMarket>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestMarket Market => own.Market;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, Func<ProviderCall, JsonNode?>> Habits => new()
    {
        { "no logs, once", call => call is { Method: "eth_getLogs", Nth: 1 } ? new JsonArray() : call.Result },
        { "no logs, twice", call => call is { Method: "eth_getLogs", Nth: <= 2 } ? new JsonArray() : call.Result },
        { "null for logs, once", call => call is { Method: "eth_getLogs", Nth: 1 } ? null : call.Result },
        { "the newest block comes late", Late() },
        { "no blooms, and no logs once",
            call => call is { Method: "eth_getLogs", Nth: 1 } ? new JsonArray() : Without(call.Result, "logsBloom") },
        { "logs without their time", call => call.Result is JsonArray logs
            ? new JsonArray([.. logs.Select(log => Without(log!.DeepClone(), "blockTimestamp"))]) : call.Result },
    };

    [Theory]
    [MemberData(nameof(Habits))]
    public async Task Whatever_a_provider_leaves_out_the_index_is_that_of_the_chain(string habit, Func<ProviderCall, JsonNode?> answer)
    {
        var story = await Story.BeginAsync(Market, new Random(21));
        await story.GoOnAsync(2);
        using var provider = new Provider(answer);
        using var index = LedgerIndex.Open(_folder["index.db"], Market.Addresses);
        var client = provider.ClientOf(Market);
        await index.CatchUpAsync(client, TimeProvider.System, Stop);
        await Market.Chain.Rpc.CallAsync(new RpcRequest("anvil_reorg", 2, new JsonArray()), Stop);
        await Market.Chain.MineAsync(1, Stop);
        provider.Restart();
        await index.CatchUpAsync(client, TimeProvider.System, Stop);

        using var plain = LedgerIndex.Open(_folder["plain.db"], Market.Addresses);
        await plain.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        index.Contents().ShouldBe(plain.Contents(), habit);
        // What a comparison that was killed has left is none of this one's.
        File.WriteAllText(_folder["verify.db"], "half a file");
        (await index.VerifyAsync(Market.Client, _folder["verify.db"], _ => { }, Stop)).Holds.ShouldBeTrue(habit);
        File.Exists(_folder["verify.db.damaged"]).ShouldBeFalse(habit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Holding_the_index_against_receipts_says_what_is_missing(bool byBlock)
    {
        var story = await Story.BeginAsync(Market, new Random(22));
        await story.GoOnAsync(1);
        using var provider = new Provider(call => call.Method == "eth_getBlockReceipts" && !byBlock ? null : call.Result);
        using var index = LedgerIndex.Open(_folder["index.db"], Market.Addresses);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        var whole = await index.VerifyAsync(provider.ClientOf(Market), _folder["verify.db"], _ => { }, Stop);
        whole.Holds.ShouldBeTrue(string.Join('\n', whole.Missing.Concat(whole.Odd)));
        whole.Events.ShouldBeGreaterThan(10);

        // A row that is gone, as an answer without its log would have left it.
        using (var file = new SqlSession(_folder["index.db"], IndexSchema.Of(LedgerIndex.Projections)))
            file.Atomically(() => file.Run("DELETE FROM shards WHERE rowid = (SELECT max(rowid) FROM shards)"));
        var lacking = await index.VerifyAsync(provider.ClientOf(Market), _folder["verify.db"], _ => { }, Stop);

        lacking.Holds.ShouldBeFalse();
        lacking.Missing.ShouldHaveSingleItem().ShouldStartWith("shards: ");
        lacking.Odd.ShouldBeEmpty();
        File.Exists(_folder["verify.db"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_block_that_never_comes_is_one_clear_error()
    {
        var head = await Market.Client.BlockNumberAsync(Stop);
        using var provider = new Provider(call => call.Method == "eth_getBlockByNumber"
            && call.Result?["number"]?.GetValue<string>() == $"0x{head:x}" ? null : call.Result);
        using var index = LedgerIndex.Open(_folder["index.db"], Market.Addresses);

        var behind = await Should.ThrowAsync<ChainException>(() => index.CatchUpAsync(provider.ClientOf(Market), new Fast(), Stop));

        behind.Fault.ShouldBe(ChainFault.Behind);
        behind.Message.ShouldContain($"block {head}");
        index.Position.Block.ShouldBe(head - 1, "what is there was read");
        provider.Requests.ShouldBeLessThan(700, "a few for each half second");
    }

    /// <summary>Each block is there only when it is asked for a second time.</summary>
    private static Func<ProviderCall, JsonNode?> Late()
    {
        var asked = new HashSet<string>();
        return call => call.Method == "eth_getBlockByNumber" && call.Result?["number"]?.GetValue<string>() is { } number
            && asked.Add(number) ? null : call.Result;
    }

    private static JsonNode? Without(JsonNode? node, string member)
    {
        (node as JsonObject)?.Remove(member);
        return node;
    }

    /// <summary>One call as a provider sees it, with the chain's own result.</summary>
    public sealed record ProviderCall(string Method, int Nth, JsonNode? Result);

    /// <summary>Waiting takes no time, and the clock goes on by it.</summary>
    private sealed class Fast : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Add(ref _ticks, dueTime.Ticks);
            return TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private sealed class Provider(Func<ProviderCall, JsonNode?> answer) : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly Dictionary<string, int> _asked = [];

        public int Requests { get; private set; }

        public EthereumClient ClientOf(TestMarket market) =>
            new(new JsonRpcClient(new HttpClient(this, disposeHandler: false), market.Chain.Url), Generated.Errors.Table);

        public void Restart() => _asked.Clear();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            // This one takes no batches either.
            return Http(body is JsonArray
                ? """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch requests are not supported"}}"""
                : (await PassAsync(request.RequestUri!, body, cancellationToken)).ToJsonString());
        }

        private async Task<JsonObject> PassAsync(Uri chain, JsonNode call, CancellationToken stop)
        {
            var method = call["method"]!.GetValue<string>();
            var nth = _asked[method] = _asked.GetValueOrDefault(method) + 1;
            using var message = new HttpRequestMessage(HttpMethod.Post,
                chain) { Content = new StringContent(call.ToJsonString(), Encoding.UTF8, "application/json") };
            using var reply = await base.SendAsync(message, stop);
            var json = JsonNode.Parse(await reply.Content.ReadAsStringAsync(stop))!.AsObject();
            return json["error"] is not null ? json
                : new JsonObject { ["jsonrpc"] = "2.0", ["id"] = json["id"]!.DeepClone(),
                    ["result"] = answer(new ProviderCall(method, nth, json["result"]?.DeepClone())) };
        }

        private static HttpResponseMessage Http(string text) =>
            new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
    }
}
