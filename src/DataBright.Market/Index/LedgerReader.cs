using DataBright.Ethereum;

namespace DataBright.Market.Index;

/// <summary>Reads the market's logs from the chain, those of the share tokens included as soon as a dataset creates one.</summary>
internal sealed class LedgerReader(EthereumClient client, MarketAddresses market, TimeProvider clock)
{
    private LogPoller? _poller;

    /// <summary>The block that the chain says it has and does not show yet; null where there is none.</summary>
    public ulong? Missing => _poller?.Missing;

    /// <param name="cursor">How far was read.</param>
    /// <param name="tokens">The share tokens that are known.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The next step with all its logs, or null where nothing has happened.</returns>
    public async Task<LogStep?> NextAsync(LogCursor cursor, IReadOnlySet<Address> tokens, CancellationToken stop)
    {
        var followed = tokens.ToHashSet();
        while (true)
        {
            var step = await PollerFor(followed).NextAsync(cursor, stop);
            if (step is not LogBatch batch) return step;
            var created =
                batch.Logs.Where(log => log.Address == market["Datasets"] && Generated.Datasets.Events.DatasetCreated.Matches(log))
                .Readable(Generated.Datasets.Events.DatasetCreated.Decode).Select(created => created.Event.Shares).ToList();
            // Tokens that were not asked for yet: the same blocks are read again with them.
            if (created.All(followed.Contains)) return batch with { Logs = await DatedAsync(batch.Logs, stop) };
            followed.UnionWith(created);
        }
    }

    private LogPoller PollerFor(IReadOnlySet<Address> tokens)
    {
        var contracts = market.Contracts.Where(contract => contract != market.Money);
        var filter = LogFilter.Of([.. contracts, .. tokens]);
        if (_poller is null) return _poller = new LogPoller(client, filter, clock);
        _poller.Filter = filter;
        return _poller;
    }

    /// <summary>Not every node says in a log when its block was made.</summary>
    private async Task<IReadOnlyList<Log>> DatedAsync(IReadOnlyList<Log> logs, CancellationToken stop)
    {
        var times = new Dictionary<Hash32, DateTimeOffset>();
        foreach (var hash in logs.Where(log => log.BlockTimestamp is null).Select(log => log.BlockHash).Distinct())
            times[hash] = await TimeOfAsync(hash, stop);
        return times.Count == 0 ? logs
            : [.. logs.Select(log => log.BlockTimestamp is null ? log with { BlockTimestamp = times[log.BlockHash] } : log)];
    }

    /// <summary>When a block was made.</summary>
    /// <exception cref="ChainException">The chain named the block and does not show it.</exception>
    public async Task<DateTimeOffset> TimeOfAsync(Hash32 block, CancellationToken stop) =>
        (await client.BlockAsync(block, stop)
            ?? throw new ChainException(ChainFault.Behind, client.Rpc.Url, $"named block {block} and does not show it",
            "One of its nodes may be behind, or the block was taken back: try again.")).Timestamp;
}
