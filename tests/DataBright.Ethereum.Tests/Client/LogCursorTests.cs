using System.Text.Json.Nodes;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Client;

/// <summary>The poller against chains that no real node is, which change under its hands.</summary>
public sealed class LogCursorTests
{
    [Fact]
    public void Marks_stay_few_and_reach_far_back()
    {
        var cursor = LogCursor.From(0);
        for (ulong block = 0; block < 20_000; block += 10)
            cursor = cursor.Advanced(new BlockMark(block, HashOf(block)),
                [new BlockMark(block - Math.Min(block, 3), HashOf(block - Math.Min(block, 3)))]);

        cursor.Marks.Count.ShouldBeLessThan(64 + 20);
        cursor.Marks.ShouldBe(cursor.Marks.OrderBy(m => m.Number));
        cursor.Marks[0].Number.ShouldBeLessThan(5_000UL);
        cursor.Next.ShouldBe(19_991UL);
    }

    [Fact]
    public async Task Logs_read_while_the_chain_changed_are_read_again()
    {
        var flips = 0;
        var chain = new FakeBlocks(10);
        var handler = ScriptedChain.Calling((method, parameters) =>
        {
            // Between the two looks at the last block, once, the chain becomes another one.
            if (method == "eth_getLogs" && flips++ == 0)
            {
                var stale = chain.Answer(method, parameters);
                chain.Fork(8);
                return stale;
            }
            return chain.Answer(method, parameters);
        });

        var batch = (await Poller(handler).NextAsync(LogCursor.From(0))).ShouldBeOfType<LogBatch>();

        flips.ShouldBe(2);
        batch.ToHash.ShouldBe(chain.Hash(10));
        batch.Logs.ShouldAllBe(l => l.BlockHash == chain.Hash(l.BlockNumber));
    }

    [Fact]
    public async Task A_deep_reorganisation_goes_back_to_a_mark_before_it()
    {
        var chain = new FakeBlocks(5_000);
        var poller = Poller(ScriptedChain.Calling(chain.Answer), new LogPollerOptions { MaxBlocks = 50 });
        var cursor = LogCursor.From(0);
        while (await poller.NextAsync(cursor) is { } step)
            cursor = step.Cursor;

        chain.Fork(4_000);

        var rewound = (await poller.NextAsync(cursor)).ShouldBeOfType<Rewound>();
        rewound.FirstGone.ShouldBeInRange(2_000UL, 4_000UL);
        (await poller.NextAsync(rewound.Cursor)).ShouldBeOfType<LogBatch>().From.ShouldBe(rewound.FirstGone);
    }

    [Theory]
    [InlineData(-32005, "query returned more than 10000 results")]
    [InlineData(-32600, "block range is too wide")]
    [InlineData(-32000, "exceeds the limit")]
    public async Task A_range_that_is_too_wide_for_the_node_is_narrowed(int code, string message)
    {
        var chain = new FakeBlocks(1_000);
        var widest = 0UL;
        var handler = new ScriptedChain((request, _) =>
        {
            if (request is JsonArray batch)
                return ScriptedChain.Http(
                    new JsonArray(
                        [.. batch.Select(c => new JsonObject { ["id"] = c!["id"]!.DeepClone(),
                            ["result"] = chain.Answer(c["method"]!.GetValue<string>(), c["params"]!.AsArray()) })]).ToJsonString());
            var method = request["method"]!.GetValue<string>();
            if (method != "eth_getLogs")
                return ScriptedChain.Result(request, chain.Answer(method, request["params"]!.AsArray()));
            var filter = request["params"]![0]!;
            var width = FakeBlocks.Number(filter["toBlock"]) - FakeBlocks.Number(filter["fromBlock"]) + 1;
            if (width > 100)
                return ScriptedChain.Error(request, code, message);
            widest = Math.Max(widest, width);
            return ScriptedChain.Result(request, chain.Answer(method, request["params"]!.AsArray()));
        });
        var poller = Poller(handler);
        var logs = 0;
        var cursor = LogCursor.From(0);
        while (await poller.NextAsync(cursor) is { } step)
            (cursor, logs) = (step.Cursor, logs + ((LogBatch)step).Logs.Count);

        logs.ShouldBe(1_001);
        widest.ShouldBeInRange(50UL, 100UL);
    }

    [Fact]
    public async Task A_node_that_refuses_for_another_reason_is_heard()
    {
        var chain = new FakeBlocks(10);
        var handler = new ScriptedChain((request, _) => request["method"]!.GetValue<string>() == "eth_getLogs"
            ? ScriptedChain.Error(request, -32000, "no")
            : ScriptedChain.Result(request, chain.Answer(request["method"]!.GetValue<string>(), request["params"]!.AsArray())));
        await Should.ThrowAsync<RpcException>(() => Poller(handler).NextAsync(LogCursor.From(0)));
    }

    private static Hash32 HashOf(ulong number) => Keccak.HashText($"{number}");

    private static LogPoller Poller(HttpMessageHandler handler, LogPollerOptions? options = null)
    {
        var clock = new HurriedClock(TimeSpan.FromSeconds(20));
        return new LogPoller(new EthereumClient(new JsonRpcClient(new HttpClient(handler), ScriptedChain.Url, null, clock)), LogFilter.Of(),
            clock, options);
    }

    /// <summary>A chain with one log in each block.</summary>
    private sealed class FakeBlocks(ulong head)
    {
        private ulong _forkedAt = ulong.MaxValue;

        public void Fork(ulong at) => _forkedAt = at;

        public Hash32 Hash(ulong number) => Keccak.HashText($"{number}{(number >= _forkedAt ? " forked" : "")}");

        public static ulong Number(JsonNode? json) => Convert.ToUInt64(json!.GetValue<string>()[2..], 16);

        public JsonNode? Answer(string method, JsonArray parameters) => method switch
        {
            "eth_blockNumber" => $"0x{head:x}",
            "eth_getBlockByNumber" => Number(parameters[0]) <= head
                ? new JsonObject { ["hash"] = Hash(Number(parameters[0])).ToString() } : null,
            "eth_getLogs" => Logs(Number(parameters[0]!["fromBlock"]), Number(parameters[0]!["toBlock"])),
            _ => throw new InvalidOperationException(method),
        };

        private JsonArray Logs(ulong from, ulong to)
        {
            var logs = new JsonArray();
            for (var number = from; number <= to; number++)
                logs.Add(new JsonObject
                {
                    ["address"] = Address.Zero.ToString(),
                    ["topics"] = new JsonArray(),
                    ["data"] = "0x",
                    ["blockNumber"] = $"0x{number:x}",
                    ["blockHash"] = Hash(number).ToString(),
                    ["transactionHash"] = HashOf(number).ToString(),
                    ["transactionIndex"] = "0x0",
                    ["logIndex"] = "0x0",
                });
            return logs;
        }
    }
}
