using System.Text.Json.Nodes;
using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Client;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Providers;

/// <summary>
/// Logs through providers that leave some out, lag behind, or give only a few at once; on a chain of its own, as blocks are undone.
/// </summary>
public sealed class LogAnswerTests : IAsyncLifetime
{
    private const int TestTimeout = 60_000;

    private readonly ChainFixture _fixture = new();
    private readonly HurriedClock _clock = new(TimeSpan.FromSeconds(20));
    private TransactionSender _sender = null!;
    private Address _probe;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _sender = await _fixture.SenderAsync();
        _probe = await ChainFixture.DeployAsync(_sender);
        await AddAsync(3);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public static TheoryData<string, Func<Habit>> Forgetful => new()
    {
        { "nothing, once", () => Empty(1) },
        { "nothing, three times", () => Empty(2) },
        { "nothing, and by hash nothing once for each",
            () => new Habit((method, asked, reply, nth) => method == "eth_getLogs" && (nth == 1 || asked[0]!["blockHash"] is not null)
                ? Habit.With(reply, new JsonArray()) : reply) },
        { "nothing for ranges, ever", () => new Habit((method, asked, reply,
            _) => method == "eth_getLogs" && asked[0]!["blockHash"] is null ? Habit.With(reply, new JsonArray()) : reply) },
        { "null instead of a list", () => Habit.Of("eth_getLogs", (reply, nth) => nth == 1 ? Habit.With(reply, null) : reply) },
        { "no logs of the newest block, once", () => Habit.Of("eth_getLogs", (reply, nth) => nth == 1 ? Without(reply, 1) : reply) },
        { "no logs of the two newest blocks, once", () => Habit.Of("eth_getLogs", (reply, nth) => nth == 1 ? Without(reply, 2) : reply) },
        { "nothing once, and no logs by hash", () => new Habit((method, asked, reply, nth) => method != "eth_getLogs" ? reply
            : asked[0]!["blockHash"] is not null
                ? Habit.Refused(reply, -32602, "invalid argument: blockHash") : nth == 1 ? Habit.With(reply, new JsonArray()) : reply) },
        { "nothing once, and no blooms", () => Blooms(null, 1) },
        { "nothing once, and full blooms", () => Blooms("0x" + new string('f', 512), 1) },
        { "nothing once, and blooms of zero", () => Blooms("0x" + new string('0', 512), 1) },
        { "nothing once, and blooms that are none", () => Blooms("0x1234", 1) },
    };

    [Theory(Timeout = TestTimeout)]
    [MemberData(nameof(Forgetful))]
    public async Task One_answer_without_logs_is_not_the_truth(string form, Func<Habit> provider)
    {
        var poller = Poller(provider());

        (await CountsAsync(poller, LogCursor.From(0))).ShouldBe([0, 1, 2, 3], form);
    }

    [Theory(Timeout = TestTimeout)]
    [MemberData(nameof(Forgetful))]
    public async Task It_is_not_the_truth_after_a_reorganisation_either(string form, Func<Habit> provider)
    {
        var cursor = LogCursor.From(0);
        var plain = Poller(new Habit((_, _, reply, _) => reply));
        while (await plain.NextAsync(cursor) is { } step)
            cursor = step.Cursor;
        await _fixture.Chain.Rpc.CallAsync("anvil_rollback", 2);
        _sender = await _fixture.SenderAsync();
        await AddAsync(1);

        var counts = await CountsAsync(Poller(provider()), cursor);

        // What was rewound is read again: the chain now counts to two.
        counts[^1].ShouldBe(2, form);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Blocks_that_surely_have_no_logs_are_asked_for_once()
    {
        await _fixture.Chain.MineAsync(300);
        var habit = new Habit((_, _, reply, _) => reply);
        var poller = Poller(habit);
        var cursor = LogCursor.From(6);

        while (await poller.NextAsync(cursor) is { } step)
            cursor = step.Cursor;

        habit.Asked("eth_getLogs").ShouldBe(1);
        habit.Requests.ShouldBeLessThan(12);
        _clock.Waits.ShouldBeEmpty();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_newest_block_that_is_not_there_yet_is_waited_for()
    {
        var late = 0;
        var head = await _fixture.Client.BlockNumberAsync();
        var habit = new Habit((method, asked, reply, _) =>
            method == "eth_getBlockByNumber" && asked[0]!.GetValue<string>() == $"0x{head:x}" && late++ < 20
                ? Habit.With(reply, null) : reply);
        var poller = Poller(habit);
        var (cursor, counts, looks) = (LogCursor.From(0), new List<int>(), 0);
        while (counts.Count < 4)
        {
            looks++;
            if (await poller.NextAsync(cursor) is LogBatch batch)
            {
                counts.AddRange(batch.Logs.Select(CountOf));
                cursor = batch.Cursor;
            }
            else
            {
                poller.Missing.ShouldBe(head);
            }
        }

        counts.ShouldBe([0, 1, 2, 3]);
        habit.Requests.ShouldBeLessThan(looks * 8, "each look is a few requests, and whoever looks pauses");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Watching_a_chain_whose_newest_block_never_comes_is_polite()
    {
        var head = await _fixture.Client.BlockNumberAsync();
        using var stop = new CancellationTokenSource();
        var requests = 0;
        var habit = new Habit((method, asked, reply, _) =>
        {
            if (++requests > 500)
                stop.Cancel();
            return method == "eth_getBlockByNumber" && asked[0]!.GetValue<string>() == $"0x{head:x}" ? Habit.With(reply, null) : reply;
        });

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Poller(habit).WatchAsync(LogCursor.From(head), _clock, stop.Token))
            {
            }
        });

        _clock.Waits.Count.ShouldBeGreaterThan(100, "a pause between looks, and a few requests a look");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_mark_that_a_lagging_node_lacks_takes_nothing_back()
    {
        var head = await _fixture.Client.BlockNumberAsync();
        var cursor = LogCursor.From(0);
        var plain = Poller(new Habit((_, _, reply, _) => reply));
        while (await plain.NextAsync(cursor) is { } step)
            cursor = step.Cursor;
        await AddAsync(1);
        var lagging =
            Poller(new Habit((method, asked, reply, nth) => method == "eth_getBlockByNumber"
                && asked[0]!.GetValue<string>() == $"0x{head:x}" && nth < 2 ? Habit.With(reply, null) : reply));

        (await lagging.NextAsync(cursor)).ShouldBeNull();
        lagging.Missing.ShouldBe(head);
        (await CountsAsync(lagging, cursor)).ShouldBe([4]);
    }

    [Theory(Timeout = TestTimeout)]
    [InlineData(-32000, "query timeout exceeded")]
    [InlineData(-32602, "eth_getLogs is limited to a 5 block span")]
    [InlineData(-32005, "query returned more than 4 results")]
    [InlineData(-32701, "please be so kind and ask for less")]
    public async Task Too_much_in_any_words_is_asked_for_in_less(int code, string words)
    {
        await _fixture.Chain.MineAsync(40);
        var habit = new Habit((method, asked, reply, _) =>
            method == "eth_getLogs" && asked[0]!["toBlock"] is { } to && Number(to) - Number(asked[0]!["fromBlock"]!) >= 5
                ? Habit.Refused(reply, code, words) : reply);

        (await CountsAsync(Poller(habit), LogCursor.From(0))).ShouldBe([0, 1, 2, 3]);

        habit.Asked("eth_getLogs").ShouldBeLessThan(60);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_refusal_that_is_none_of_width_ends_soon()
    {
        await _fixture.Chain.MineAsync(40);
        var habit = Habit.Of("eth_getLogs", (reply, _) => Habit.Refused(reply, -32001, "you shall not read"));

        await Should.ThrowAsync<RpcException>(() => Poller(habit).NextAsync(LogCursor.From(0)));

        habit.Asked("eth_getLogs").ShouldBeLessThan(10);
    }

    [Theory(Timeout = TestTimeout)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_reorganisation_is_followed_where_batches_are_refused(int largest)
    {
        var habit = new Habit((_, _, reply, _) => reply)
        {
            LargestBatch = largest,
            RefusedBatch = largest == 0
                ? () =>
                    ScriptedChain.Http(
                        """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch requests are not supported"}}""")
                : () => ScriptedChain.Http("too large", System.Net.HttpStatusCode.RequestEntityTooLarge),
        };
        var poller = Poller(habit, width: 1);
        var cursor = LogCursor.From(0);
        while (await poller.NextAsync(cursor) is { } step)
            cursor = step.Cursor;
        var batches = habit.Batches;
        await _fixture.Chain.Rpc.CallAsync("anvil_reorg", 2, new JsonArray());

        (await poller.NextAsync(cursor)).ShouldBeOfType<Rewound>();

        if (largest == 0)
            batches.ShouldBeLessThan(3, "it is remembered");
    }

    private static Habit Empty(int times) =>
        Habit.Of("eth_getLogs", (reply, nth) => nth <= times ? Habit.With(reply, new JsonArray()) : reply);

    private static Habit Blooms(string? bloom, int times) => new((method, _, reply, nth) =>
    {
        if (method == "eth_getLogs" && nth <= times)
            return Habit.With(reply, new JsonArray());
        if (method == "eth_getBlockByNumber" && reply["result"] is JsonObject block)
            block["logsBloom"] = bloom;
        return reply;
    });

    private static JsonObject Without(JsonObject reply, int last)
    {
        var logs = reply["result"]!.AsArray();
        for (var i = 0; i < last && logs.Count > 0; i++)
            logs.RemoveAt(logs.Count - 1);
        return reply;
    }

    private static ulong Number(JsonNode json) => Convert.ToUInt64(json.GetValue<string>()[2..], 16);

    private static int CountOf(Log log) => (int)(ulong)Probe.Events.Counted.Decode(log).Count;

    private LogPoller Poller(Habit habit, ulong width = 2000) => new(
        new EthereumClient(new JsonRpcClient(new HttpClient(habit), _fixture.Chain.Url, null, _clock)), LogFilter.Of(_probe), _clock,
        new LogPollerOptions { MaxBlocks = width });

    private async Task AddAsync(int times)
    {
        for (var i = 0; i < times; i++)
            await _sender.SendAsync(Probe.Add(_probe, 1u));
    }

    private static async Task<List<int>> CountsAsync(LogPoller poller, LogCursor cursor)
    {
        var counts = new List<int>();
        while (await poller.NextAsync(cursor) is { } step)
        {
            if (step is LogBatch batch)
                counts.AddRange(batch.Logs.Select(CountOf));
            cursor = step.Cursor;
        }
        return counts;
    }
}
