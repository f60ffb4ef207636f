namespace DataBright.Ethereum;

/// <summary>
/// Does not take one answer without logs for the truth: a node that lags behind, or has not written its index of logs yet, says that there
/// are none. What the blocks after the last log say by their blooms is compared with it; a bloom that may hold what is wanted has its block
/// asked for by hash. Where blooms say nothing (a chain without them, or so busy that all are full) the blocks are asked for again after a
/// pause.
/// </summary>
/// <param name="client">The chain.</param>
/// <param name="clock">Pauses.</param>
/// <param name="pause">Before blocks are read a second time.</param>
internal sealed class LogProof(EthereumClient client, TimeProvider clock, TimeSpan pause)
{
    /// <summary>Blocks that are asked for by hash; more are asked for as a range.</summary>
    private const int MaxByHash = 256;

    /// <summary>Times that heads are asked for which a node did not show.</summary>
    private const int Looks = 4;

    private bool _setsBlooms;

    /// <summary>The logs with those that the answer lacked; null where the chain changed meanwhile.</summary>
    /// <param name="logs">What was answered.</param>
    /// <param name="filter">What was asked for.</param>
    /// <param name="from">The first block.</param>
    /// <param name="last">The last block.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<IReadOnlyList<Log>?> CompleteAsync(IReadOnlyList<Log> logs, LogFilter filter, ulong from, BlockHead last,
        CancellationToken stop)
    {
        var known = logs.Count == 0 ? from : logs[^1].BlockNumber;
        if (logs.Count > 0 && known == last.Number)
            return logs;
        var heads = await HeadsAsync(known, last, stop);
        if (heads is null || !AreOf(heads, logs))
            return null;
        _setsBlooms |= heads.Any(head => head.Bloom is { IsEmpty: false, IsFull: false });
        var doubtful = heads.Skip(logs.Count == 0 ? 0 : 1).Where(head => IsDoubtful(head, filter)).ToList();
        if (doubtful.Count == 0)
            return logs;
        var tellTale = doubtful.Count <= MaxByHash && doubtful.All(head => head.Bloom is { IsEmpty: false, IsFull: false });
        var more = (tellTale ? await ByHashAsync(filter, doubtful, stop) : null) ?? [];
        // A block that is still said to have none may have none: a bloom's yes may be wrong. It is asked for once more.
        if (doubtful.Any(head => more.All(log => log.BlockHash != head.Hash)))
            more = [.. more, .. await AgainAsync(filter, known, last.Number, stop)];
        return more.Count == 0 ? logs : AreOf(heads, more) ? Together(logs, more) : null;
    }

    /// <summary>
    /// Whether logs of these blocks are of these very ones: another node may have answered, which stands on another fork.
    /// </summary>
    private static bool AreOf(IReadOnlyList<BlockHead> heads, IReadOnlyList<Log> logs)
    {
        var hashes = heads.ToDictionary(head => head.Number, head => head.Hash);
        return logs.All(log => hashes.TryGetValue(log.BlockNumber, out var hash)
            ? log.BlockHash == hash : log.BlockNumber < heads[0].Number);
    }

    /// <summary>Whether a block that was said to have no logs may have some.</summary>
    private bool IsDoubtful(BlockHead head, LogFilter filter) => head.Bloom switch
    {
        null or { IsFull: true } => !head.IsIdle,
        { IsEmpty: true } => !head.IsIdle && !_setsBlooms,
        var bloom => bloom.MayHave(filter),
    };

    /// <summary>The heads of some blocks, each the parent of the next; null where they are not of one chain.</summary>
    private async Task<IReadOnlyList<BlockHead>?> HeadsAsync(ulong from, BlockHead last, CancellationToken stop)
    {
        var before = new BlockHead?[(int)(last.Number - from)];
        for (var look = 0; look < Looks && Array.Exists(before, head => head is null); look++)
        {
            // One of many nodes behind a URL may lack a block that the others have.
            var open = Enumerable.Range(0, before.Length).Where(i => before[i] is null).ToList();
            var found = await client.HeadsAsync([.. open.Select(i => from + (ulong)i)], stop);
            for (var i = 0; i < open.Count; i++) before[open[i]] = found[i];
        }

        if (Array.Exists(before, head => head is null))
            return null;
        BlockHead[] heads = [.. before.Select(head => head!), last];
        return heads.Zip(heads.Skip(1)).All(pair => pair.Second.Parent is null || pair.Second.Parent == pair.First.Hash) ? heads : null;
    }

    /// <summary>Null where the node does not answer for single blocks.</summary>
    private async Task<IReadOnlyList<Log>?> ByHashAsync(LogFilter filter, List<BlockHead> blocks, CancellationToken stop)
    {
        try
        {
            return await client.GetLogsAsync(filter, [.. blocks.Select(head => head.Hash)], stop);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<Log>> AgainAsync(LogFilter filter, ulong from, ulong to, CancellationToken stop)
    {
        await Task.Delay(pause, clock, stop);
        return await client.GetLogsAsync(filter, from, to, stop);
    }

    private static IReadOnlyList<Log> Together(IReadOnlyList<Log> logs, IReadOnlyList<Log> more) =>
        [.. logs.Concat(more).DistinctBy(log => (log.BlockHash, log.Index)).OrderBy(log => log.BlockNumber).ThenBy(log => log.Index)];
}
