using System.Runtime.CompilerServices;

namespace DataBright.Ethereum;

/// <summary>How a <see cref="LogPoller"/> reads.</summary>
public sealed record LogPollerOptions
{
    /// <summary>Blocks asked for at once at most; fewer where the node finds them too many.</summary>
    public ulong MaxBlocks { get; init; } = 2000;

    /// <summary>Blocks at the head that are left out, on chains where they are often reorganised.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>Pause between looks at a chain that has nothing new.</summary>
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
    private readonly LogPollerOptions _options = options ?? new LogPollerOptions();
    private ulong _width = (options ?? new LogPollerOptions()).MaxBlocks;

    /// <summary>Reads on and on from a cursor, until cancelled.</summary>
    public async IAsyncEnumerable<LogStep> WatchAsync(LogCursor cursor, [EnumeratorCancellation] CancellationToken stop = default)
    {
        while (true)
        {
            var step = await NextAsync(cursor, stop);
            if (step is null)
            {
                await Task.Delay(_options.Pause, clock, stop);
                continue;
            }
            cursor = step.Cursor;
            yield return step;
        }
    }

    /// <summary>The next thing that happened after a cursor; null where nothing did yet.</summary>
    public async Task<LogStep?> NextAsync(LogCursor cursor, CancellationToken stop = default)
    {
        while (true)
        {
            var head = await client.BlockNumberAsync(stop);
            var last = Math.Min(SafeHead(head), cursor.Next + _width - 1);
            if (cursor.Last is { } mark)
            {
                // The head may have sunk below what was read: then the mark itself is gone.
                if (await client.BlockHashAsync(mark.Number, stop) != mark.Hash)
                    return await RewindAsync(cursor, stop);
            }
            if (head < _options.Confirmations || last < cursor.Next)
                return null;
            if (await ReadAsync(cursor, last, stop) is { } batch)
                return batch;
        }
    }

    private ulong SafeHead(ulong head) => head - Math.Min(head, _options.Confirmations);

    /// <summary>The logs up to a block; null where they must be asked for again.</summary>
    private async Task<LogBatch?> ReadAsync(LogCursor cursor, ulong to, CancellationToken stop)
    {
        var before = await AnchorsAsync(cursor, to, stop);
        IReadOnlyList<Log> logs;
        try
        {
            logs = await client.GetLogsAsync(filter, cursor.Next, to, stop);
        }
        catch (Exception fault) when (to > cursor.Next && IsTooMuch(fault))
        {
            _width = Math.Max(1, (to - cursor.Next + 1) / 2);
            return null;
        }
        var after = await AnchorsAsync(cursor, to, stop);
        // A block's hash stands for all blocks before it. If the last one is the same before and after, and the mark
        // with it, then the logs in between are of one chain, and of the chain that was read so far.
        if (before != after || after.To is not { } hash || after.Mark != cursor.Last?.Hash)
            return null;
        _width = Math.Min(_options.MaxBlocks, _width * 2);
        var seen = logs.Select(l => new BlockMark(l.BlockNumber, l.BlockHash));
        return new LogBatch(cursor.Next, to, hash, logs, cursor.Advanced(new BlockMark(to, hash), seen));
    }

    private async Task<(Hash32? Mark, Hash32? To)> AnchorsAsync(LogCursor cursor, ulong to, CancellationToken stop)
    {
        if (cursor.Last is not { } mark)
            return (null, await client.BlockHashAsync(to, stop));
        var hashes = await client.BlockHashesAsync([mark.Number, to], stop);
        return (hashes[0], hashes[1]);
    }

    private async Task<Rewound> RewindAsync(LogCursor cursor, CancellationToken stop)
    {
        var hashes = await client.BlockHashesAsync([.. cursor.Marks.Select(m => m.Number)], stop);
        for (var i = cursor.Marks.Count - 1; i >= 0; i--)
            if (hashes[i] == cursor.Marks[i].Hash)
                return new Rewound(cursor.Marks[i].Number + 1, cursor.RewoundTo(cursor.Marks[i]));
        return new Rewound(cursor.Start, cursor.RewoundTo(null));
    }

    // There is no standard code for "too many"; every provider has its own words.
    private static bool IsTooMuch(Exception fault) => fault switch
    {
        ChainException chain => chain.Fault == ChainFault.TooLarge,
        RpcException rpc => rpc.Code == RpcException.LimitExceeded
            || new[] { "range", "more than", "too many", "limit", "too large" }.Any(t => rpc.Text.Contains(t, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };
}
