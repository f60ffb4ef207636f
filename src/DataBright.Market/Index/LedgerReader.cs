using DataBright.Ethereum;

namespace DataBright.Market.Index;

/// <summary>Reads the market's logs from the chain, those of the share tokens included as soon as a dataset creates one.</summary>
internal sealed class LedgerReader(EthereumClient client, MarketAddresses market, TimeProvider clock)
{
    private HashSet<Address> _followed = [];
    private LogPoller? _poller;

    /// <param name="cursor">How far was read.</param>
    /// <param name="tokens">The share tokens that are known.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The next step with all its logs, or null where nothing has happened.</returns>
    public async Task<LogStep?> NextAsync(LogCursor cursor, IReadOnlySet<Address> tokens, CancellationToken stop)
    {
        var step = await PollerFor(tokens).NextAsync(cursor, stop);
        if (step is not LogBatch batch) return step;

        var created = batch.Logs.Where(log => log.Address == market.Datasets && Generated.Datasets.Events.DatasetCreated.Matches(log))
            .Select(log => Generated.Datasets.Events.DatasetCreated.Decode(log).Shares).Where(token => !tokens.Contains(token)).ToList();
        if (created.Count > 0)
        {
            // The poller could not ask for these yet. The hash afterwards shows whether the answer is of the same chain.
            var more = await client.GetLogsAsync(LogFilter.Of(created), batch.From, batch.To, stop);
            if (await client.BlockHashAsync(batch.To, stop) != batch.ToHash) return await NextAsync(cursor, tokens, stop);
            batch = batch with { Logs = [.. batch.Logs.Concat(more).OrderBy(log => log.BlockNumber).ThenBy(log => log.Index)] };
        }
        return batch with { Logs = await DatedAsync(batch.Logs, stop) };
    }

    private LogPoller PollerFor(IReadOnlySet<Address> tokens)
    {
        if (_poller is not null && _followed.SetEquals(tokens)) return _poller;
        var contracts = market.Contracts.Where(contract => contract != market.Money);
        _followed = tokens.ToHashSet();
        return _poller = new LogPoller(client, LogFilter.Of([.. contracts, .. tokens]), clock);
    }

    /// <summary>Not every node says in a log when its block was made.</summary>
    private async Task<IReadOnlyList<Log>> DatedAsync(IReadOnlyList<Log> logs, CancellationToken stop)
    {
        var times = new Dictionary<Hash32, DateTimeOffset>();
        foreach (var hash in logs.Where(log => log.BlockTimestamp is null).Select(log => log.BlockHash).Distinct())
            times[hash] = (await client.BlockAsync(hash, stop))?.Timestamp ?? default;
        return times.Count == 0 ? logs : [.. logs.Select(log => log.BlockTimestamp is null ? log with { BlockTimestamp = times[log.BlockHash] } : log)];
    }
}
