using DataBright.Ethereum;
using DataBright.Learning;
using Contract = DataBright.Market.Generated.Datasets;
using ModelContract = DataBright.Market.Generated.Models;

namespace DataBright.Market.Datasets;

/// <summary>What a dataset held from one moment to the next.</summary>
/// <param name="Root">Its version root from then on.</param>
/// <param name="Block">When it began.</param>
/// <param name="Shards">The roots on its list.</param>
public sealed record DatasetVersion(Hash32 Root, ulong Block, IReadOnlySet<Hash32> Shards);

/// <summary>A dataset's past, read from the chain's own logs: nobody's index is believed.</summary>
public sealed class DatasetHistory(Ledger ledger)
{
    /// <summary>All versions, oldest first.</summary>
    public async Task<IReadOnlyList<DatasetVersion>> VersionsAsync(DatasetId dataset, CancellationToken stop)
    {
        var (listed, delisted) = (Contract.Events.ShardListed.Topic, Contract.Events.ShardDelisted.Topic);
        var logs = (await LogsAsync(ledger.Addresses.Datasets, listed, dataset, stop)).Concat(await LogsAsync(ledger.Addresses.Datasets, delisted, dataset, stop))
            .OrderBy(log => log.BlockNumber).ThenBy(log => log.Index);
        var versions = new List<DatasetVersion>();
        var shards = new HashSet<Hash32>();
        foreach (var log in logs)
        {
            Hash32 root;
            if (Contract.Events.ShardListed.Matches(log))
            {
                var added = Contract.Events.ShardListed.Decode(log);
                shards.Add(added.ShardRoot);
                root = added.VersionRoot;
            }
            else
            {
                var removed = Contract.Events.ShardDelisted.Decode(log);
                shards.Remove(removed.ShardRoot);
                root = removed.VersionRoot;
            }
            versions.Add(new DatasetVersion(root, log.BlockNumber, shards.ToHashSet()));
        }
        return versions;
    }

    /// <summary>Every model that was a dataset's best one at some time, and the block from which on it was, oldest first.</summary>
    public async Task<IReadOnlyList<(ModelId Model, ulong Block)>> BestModelsAsync(DatasetId dataset, CancellationToken stop) =>
        [.. (await LogsAsync(ledger.Addresses.Models, ModelContract.Events.BestCheckpointMoved.Topic, dataset, stop))
            .Select(log => (new ModelId((ulong)ModelContract.Events.BestCheckpointMoved.Decode(log).ModelId), log.BlockNumber))];

    private async Task<IReadOnlyList<Log>> LogsAsync(Address contract, Hash32 topic, DatasetId dataset, CancellationToken stop)
    {
        var number = new AbiWriter(1);
        number.Uint(dataset, 256);
        var filter = new LogFilter([contract], [topic], [new Hash32(number.ToArray())]);
        return await ledger.Client.GetLogsAsync(filter, ledger.Addresses.FirstBlock, await ledger.Client.BlockNumberAsync(stop), stop);
    }
}
