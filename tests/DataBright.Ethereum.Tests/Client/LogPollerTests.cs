using System.Text.Json;
using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Providers;

namespace DataBright.Ethereum.Client;

/// <summary>On a chain of its own, as these tests undo its blocks.</summary>
public sealed class LogPollerTests : IAsyncLifetime
{
    private readonly ChainFixture _fixture = new();
    private readonly List<ulong> _counts = [];
    private EthereumClient _client = null!;
    private TransactionSender _sender = null!;
    private Address _probe;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _client = _fixture.Client;
        _sender = await _fixture.SenderAsync();
        _probe = await ChainFixture.DeployAsync(_sender);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Every_log_comes_once_in_order_however_narrow_the_steps()
    {
        await AddAsync(7);
        foreach (var width in new ulong[] { 1, 3, 100 })
        {
            var logs = new List<Log>();
            var cursor = LogCursor.From(0);
            while (await Poller(width).NextAsync(cursor) is { } step)
            {
                logs.AddRange(step.ShouldBeOfType<LogBatch>().Logs);
                cursor = step.Cursor;
            }
            logs.Select(l => (ulong)Probe.Events.Counted.Decode(l).Count).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
            cursor.Next.ShouldBe(await _client.BlockNumberAsync() + 1);
        }
    }

    [Fact]
    public async Task Nothing_new_gives_nothing()
    {
        var step = await Poller().NextAsync(LogCursor.From(0));
        (await Poller().NextAsync(step!.Cursor)).ShouldBeNull();
        (await Poller().NextAsync(LogCursor.From(1_000))).ShouldBeNull();
    }

    [Fact]
    public async Task Reading_goes_on_from_a_cursor_that_was_kept_as_json()
    {
        await AddAsync(2);
        var kept = JsonSerializer.Serialize((await Poller().NextAsync(LogCursor.From(0)))!.Cursor);
        await AddAsync(2);

        var cursor = JsonSerializer.Deserialize<LogCursor>(kept)!;
        var batch = (await Poller().NextAsync(cursor)).ShouldBeOfType<LogBatch>();

        batch.Logs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_reorganisation_is_undone_to_the_last_common_block_and_read_again()
    {
        await AddAsync(5);
        var cursor = await FollowAsync(LogCursor.From(0), width: 1);
        var before = _counts.ToList();

        // The last three blocks are replaced by four empty ones: their transactions are gone.
        var head = await _client.BlockNumberAsync();
        await _fixture.Chain.Rpc.CallAsync("anvil_rollback", 3);
        await _fixture.Chain.MineAsync(4);

        var rewound = (await Poller().NextAsync(cursor)).ShouldBeOfType<Rewound>();
        rewound.FirstGone.ShouldBe(head - 2);
        rewound.ToBlock.ShouldBe(head - 3);
        before.ShouldBe([0, 1, 2, 3, 4, 5]);
        await FollowAsync(cursor);
        _counts.ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task Anvils_own_reorganisation_is_followed()
    {
        await AddAsync(4);
        var cursor = await FollowAsync(LogCursor.From(0), width: 1);

        await _fixture.Chain.Rpc.CallAsync("anvil_reorg", 2, new System.Text.Json.Nodes.JsonArray());

        await FollowAsync(cursor);
        _counts.ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task A_chain_that_is_shorter_than_what_was_read_is_followed_back()
    {
        var snapshot = (await _fixture.Chain.Rpc.CallAsync("evm_snapshot")).GetString();
        await AddAsync(4);
        var cursor = await FollowAsync(LogCursor.From(0));
        await _fixture.Chain.Rpc.CallAsync("evm_revert", snapshot);

        cursor = await FollowAsync(cursor);

        _counts.ShouldBe([0]);
        cursor.Next.ShouldBe(await _client.BlockNumberAsync() + 1);
    }

    [Fact]
    public async Task Another_chain_altogether_is_read_from_the_start()
    {
        await AddAsync(2);
        var cursor = new LogCursor(0, 40, [new BlockMark(30, Keccak.HashText("other")), new BlockMark(39, Keccak.HashText("chain"))]);

        var rewound = (await Poller().NextAsync(cursor)).ShouldBeOfType<Rewound>();

        rewound.FirstGone.ShouldBe(0UL);
        rewound.ToBlock.ShouldBeNull();
        await FollowAsync(rewound.Cursor);
        _counts.ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task Blocks_at_the_head_can_be_left_out()
    {
        await AddAsync(3);
        var poller = new LogPoller(_client, LogFilter.Of(_probe), TimeProvider.System, new LogPollerOptions { Confirmations = 2 });

        var batch = (await poller.NextAsync(LogCursor.From(0))).ShouldBeOfType<LogBatch>();

        batch.To.ShouldBe(await _client.BlockNumberAsync() - 2);
        (await poller.NextAsync(batch.Cursor)).ShouldBeNull();
    }

    [Fact]
    public async Task Logs_of_however_many_blocks_come_through_a_provider_that_limits_ranges()
    {
        await AddAsync(3);
        await _fixture.Chain.MineAsync(40);
        await AddAsync(2);
        using var http =
            new HttpClient(new Habit((method, asked, reply,
                _) => method == "eth_getLogs" && Number(asked[0]!["toBlock"]) - Number(asked[0]!["fromBlock"]) >= 7
            ? Habit.Refused(reply, -32602, "query exceeds max block range 7") : reply));

        var logs = await _fixture.ClientThrough(http).GetAllLogsAsync(LogFilter.Of(_probe), 0, await _client.BlockNumberAsync());

        logs.Select(log => (ulong)Probe.Events.Counted.Decode(log).Count).ShouldBe([0UL, 1, 2, 3, 4, 5]);

        static ulong Number(System.Text.Json.Nodes.JsonNode? text) => Convert.ToUInt64(text!.GetValue<string>(), 16);
    }

    [Fact]
    public async Task One_node_that_is_not_so_far_takes_nothing_back()
    {
        await AddAsync(3);
        var cursor = await FollowAsync(LogCursor.From(0));
        var looks = 0;
        var head = await _client.BlockNumberAsync();
        using var http = new HttpClient(new Habit((method, asked, reply, _) => method switch
        {
            "eth_blockNumber" when ++looks <= 2 => Habit.With(reply, $"0x{head - 2:x}"),
            "eth_getBlockByNumber" when looks <= 2 && asked[0]!.GetValue<string>() != $"0x{head - 2:x}" => Habit.With(reply, null),
            _ => reply,
        }));
        var poller = new LogPoller(_fixture.ClientThrough(http), LogFilter.Of(_probe), TimeProvider.System,
            new LogPollerOptions { Pause = TimeSpan.FromMilliseconds(1) });

        (await poller.NextAsync(cursor)).ShouldBeNull();

        looks.ShouldBe(3);
    }

    [Fact]
    public async Task Logs_of_another_fork_are_not_taken_for_those_of_the_blocks()
    {
        await AddAsync(2);
        await _fixture.Chain.MineAsync(3);
        var forked = 0;
        using var http = new HttpClient(new Habit((method, _, reply, nth) => method == "eth_getLogs" && nth == 1 ? Forked(reply) : reply));
        var poller = new LogPoller(_fixture.ClientThrough(http), LogFilter.Of(_probe), TimeProvider.System,
            new LogPollerOptions { Pause = TimeSpan.FromMilliseconds(1) });

        var batch = (await poller.NextAsync(LogCursor.From(0))).ShouldBeOfType<LogBatch>();

        forked.ShouldBe(1);
        foreach (var log in batch.Logs)
            log.BlockHash.ShouldBe((await _client.BlockHashAsync(log.BlockNumber))!.Value);

        System.Text.Json.Nodes.JsonObject Forked(System.Text.Json.Nodes.JsonObject reply)
        {
            forked++;
            foreach (var log in reply["result"]!.AsArray())
                log!["blockHash"] = Keccak.HashText("another fork").ToString();
            return reply;
        }
    }

    [Fact]
    public async Task Watching_yields_what_comes()
    {
        using var stop = new CancellationTokenSource();
        await using var steps = Poller().WatchAsync(LogCursor.From(await _client.BlockNumberAsync() + 1), TimeProvider.System, stop.Token)
            .GetAsyncEnumerator(stop.Token);
        var next = steps.MoveNextAsync();
        await AddAsync(1);

        (await next).ShouldBeTrue();

        steps.Current.ShouldBeOfType<LogBatch>().Logs.Count.ShouldBe(1);
        next = steps.MoveNextAsync();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await next);
    }

    private LogPoller Poller(ulong width = 2000) => new(_client, LogFilter.Of(_probe), TimeProvider.System,
        new LogPollerOptions { MaxBlocks = width, Pause = TimeSpan.FromMilliseconds(5) });

    private async Task AddAsync(int times)
    {
        for (var i = 0; i < times; i++)
            await _sender.SendAsync(Probe.Add(_probe, 1u));
    }

    /// <summary>Keeps a list of counts as an index would, and undoes what is rewound.</summary>
    private async Task<LogCursor> FollowAsync(LogCursor cursor, ulong width = 2000)
    {
        var poller = Poller(width);
        while (await poller.NextAsync(cursor) is { } step)
        {
            if (step is Rewound rewound)
                _counts.RemoveRange(_read.Count(b => b < rewound.FirstGone), _counts.Count - _read.Count(b => b < rewound.FirstGone));
            if (step is Rewound gone)
                _read.RemoveAll(b => b >= gone.FirstGone);
            if (step is LogBatch batch)
                foreach (var log in batch.Logs)
                {
                    _counts.Add((ulong)Probe.Events.Counted.Decode(log).Count);
                    _read.Add(log.BlockNumber);
                }
            cursor = step.Cursor;
        }
        return cursor;
    }

    private readonly List<ulong> _read = [];
}
