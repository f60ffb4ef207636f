namespace DataBright.Ethereum;

/// <summary>How a <see cref="LogPoller"/> reads.</summary>
public sealed record LogPollerOptions
{
    /// <summary>Blocks asked for at once at most; fewer where the node finds them too many.</summary>
    public ulong MaxBlocks { get; init; } = 2000;

    /// <summary>Blocks at the head that are left out, on chains where they are often reorganised.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>Pause between looks at a chain that has nothing new, and before blocks are read a second time.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>
/// Reads logs from some block on, block by block up to the head and then as blocks come, and says when the chain was
/// reorganised. It keeps nothing itself: a cursor holds all it needs, so it goes on after any crash.
/// </summary>
/// <param name="client">The chain.</param>
/// <param name="filter">Which logs are wanted.</param>
/// <param name="clock">Pauses.</param>
/// <param name="options">Null for the defaults.</param>
public sealed class LogPoller(EthereumClient client, LogFilter filter, TimeProvider clock, LogPollerOptions? options = null)
{
    /// <summary>Times that blocks are asked for anew without a pause, because the chain changed meanwhile.</summary>
    private const int MaxChanges = 3;

    /// <summary>
    /// Looks at a chain that is said to have become shorter, before that is believed: nodes behind one URL are not equally far.
    /// </summary>
    private const int LooksAtShorter = 4;

    private readonly LogPollerOptions _options = options ?? new LogPollerOptions();
    private readonly LogProof _proof = new(client, clock, (options ?? new LogPollerOptions()).Pause);
    private ulong _width = (options ?? new LogPollerOptions()).MaxBlocks;

    /// <summary>Which logs are wanted from the next step on.</summary>
    public LogFilter Filter { get; set; } = filter;

    /// <summary>
    /// The block that the chain says it has and does not show yet, as where one of many nodes behind a URL lags; null where the last step
    /// found no such. It comes with a pause, as where nothing is new.
    /// </summary>
    public ulong? Missing { get; private set; }

    /// <summary>The next thing that happened after a cursor; null where nothing did yet.</summary>
    public async Task<LogStep?> NextAsync(LogCursor cursor, CancellationToken stop = default)
    {
        Missing = null;
        for (int changes = 0, shorter = 0; changes < MaxChanges;)
        {
            var head = await client.BlockNumberAsync(stop);
            if (cursor.Last is { } mark && (await client.HeadsAsync([mark.Number], stop))[0]?.Hash is var known && known != mark.Hash)
            {
                // The head may have sunk below what was read: then the mark itself is gone. Above it, the node has not got there yet.
                if (known is not null || (head < mark.Number && ++shorter == LooksAtShorter))
                    return await RewindAsync(cursor, head, stop);
                if (head < mark.Number)
                {
                    await Task.Delay(_options.Pause, clock, stop);
                    continue;
                }
                Missing = mark.Number;
                return null;
            }
            if (head < _options.Confirmations || SafeHead(head) < cursor.Next)
                return null;
            var width = _width;
            if (await ReadAsync(cursor, Math.Min(SafeHead(head), cursor.Next + width - 1), stop) is { } batch)
                return batch;
            if (Missing is not null)
                return null;
            changes += _width == width ? 1 : 0;
        }
        Missing = cursor.Next;
        return null;
    }

    private ulong SafeHead(ulong head) => head - Math.Min(head, _options.Confirmations);

    /// <summary>The logs up to a block; null where they must be asked for again.</summary>
    private async Task<LogBatch?> ReadAsync(LogCursor cursor, ulong to, CancellationToken stop)
    {
        var (mark, last) = await AnchorsAsync(cursor, to, stop);
        while (last is null)
        {
            Missing = to;
            if (to == cursor.Next)
                return null;
            // What is before it may be there.
            to = cursor.Next + (to - cursor.Next) / 2;
            (mark, last) = await AnchorsAsync(cursor, to, stop);
        }
        Missing = null;
        IReadOnlyList<Log>? logs;
        try
        {
            logs = await _proof.CompleteAsync(await client.GetLogsAsync(Filter, cursor.Next, to, stop), Filter, cursor.Next, last, stop);
        }
        catch (Exception fault) when (to > cursor.Next && AllLogs.IsTooMuch(fault))
        {
            _width = Math.Max(1, (to - cursor.Next + 1) / 2);
            return null;
        }
        catch (RpcException fault) when (fault.Meaning == RpcMeaning.Busy)
        {
            Missing = to;
            return null;
        }
        var (markAfter, after) = await AnchorsAsync(cursor, to, stop);
        // A block's hash stands for all blocks before it. If the last one is the same before and after, and the mark
        // with it, then the logs in between are of one chain, and of the chain that was read so far.
        if (logs is null || last.Hash != after?.Hash || mark != markAfter || markAfter != cursor.Last?.Hash
            || logs.Any(log => log.BlockNumber == to && log.BlockHash != last.Hash))
            return null;
        _width = Math.Min(_options.MaxBlocks, _width * 2);
        var seen = logs.Select(l => new BlockMark(l.BlockNumber, l.BlockHash));
        return new LogBatch(cursor.Next, to, last.Hash, logs, cursor.Advanced(new BlockMark(to, last.Hash), seen));
    }

    private async Task<(Hash32? Mark, BlockHead? To)> AnchorsAsync(LogCursor cursor, ulong to, CancellationToken stop)
    {
        if (cursor.Last is not { } mark)
            return (null, (await client.HeadsAsync([to], stop))[0]);
        var heads = await client.HeadsAsync([mark.Number, to], stop);
        return (heads[0]?.Hash, heads[1]);
    }

    private async Task<Rewound?> RewindAsync(LogCursor cursor, ulong head, CancellationToken stop)
    {
        var heads = await client.HeadsAsync([.. cursor.Marks.Select(m => m.Number)], stop);
        for (var i = cursor.Marks.Count - 1; i >= 0; i--)
        {
            if (heads[i]?.Hash == cursor.Marks[i].Hash)
                return new Rewound(cursor.Marks[i].Number + 1, cursor.RewoundTo(cursor.Marks[i]));
            if (heads[i] is not null || cursor.Marks[i].Number > head)
                continue;
            // What a node does not show yet is no reason to take anything back.
            Missing = cursor.Marks[i].Number;
            return null;
        }
        return new Rewound(cursor.Start, cursor.RewoundTo(null));
    }
}
