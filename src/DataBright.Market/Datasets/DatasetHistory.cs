using DataBright.Ethereum;
using DataBright.Storage;
using Contract = DataBright.Market.Generated.Datasets;
using ModelContract = DataBright.Market.Generated.Models;
using ProposalContract = DataBright.Market.Generated.Proposals;

namespace DataBright.Market.Datasets;

/// <summary>What a dataset held from one moment to the next.</summary>
/// <param name="Root">Its version root from then on.</param>
/// <param name="Block">When it began.</param>
/// <param name="Shards">The roots on its list, in the order in which they came.</param>
public sealed record DatasetVersion(Hash32 Root, ulong Block, IReadOnlyList<Hash32> Shards);

/// <summary>A dataset's past, read from the chain's own logs: nobody's index is believed.</summary>
public sealed class DatasetHistory(Ledger ledger)
{
    /// <summary>All versions, oldest first.</summary>
    public async Task<IReadOnlyList<DatasetVersion>> VersionsAsync(DatasetId dataset, CancellationToken stop)
    {
        var (listed, delisted) = (Contract.Events.ShardListed.Topic, Contract.Events.ShardDelisted.Topic);
        var logs = (await LogsAsync(ledger.Addresses.Datasets, listed, dataset, stop))
            .Concat(await LogsAsync(ledger.Addresses.Datasets, delisted, dataset, stop))
            .OrderBy(log => log.BlockNumber).ThenBy(log => log.Index);
        var versions = new List<DatasetVersion>();
        var shards = new List<Hash32>();
        foreach (var log in logs)
        {
            Hash32 root;
            if (log.Read(Contract.Events.ShardListed.Decode) is { } added)
            {
                shards.Add(added.ShardRoot);
                root = added.VersionRoot;
            }
            else if (log.Read(Contract.Events.ShardDelisted.Decode) is { } removed)
            {
                shards.Remove(removed.ShardRoot);
                root = removed.VersionRoot;
            }
            else
            {
                continue;
            }
            versions.Add(new DatasetVersion(root, log.BlockNumber, [.. shards]));
        }
        return versions;
    }

    /// <summary>
    /// Where the file of a shard is, as the ledger announced it: a first shard's in the dataset's charter, any other's in the proposal that
    /// offers it.
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="shard">The root of its points.</param>
    /// <param name="proposal">That offers it; null for a dataset's first shard.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>Null where nothing was announced that can be read.</returns>
    public async Task<Cid?> FileAsync(DatasetId dataset, Hash32 shard, ProposalId? proposal, CancellationToken stop)
    {
        if (proposal is { } offer)
        {
            var offers = await LogsAsync(ledger.Addresses["Proposals"], ProposalContract.Events.Proposed.Topic, offer, stop);
            return offers.Readable(ProposalContract.Events.Proposed.Decode).Select(found => found.Event)
                .LastOrDefault(offered => offered.ShardRoot == shard) is { } announced ? Cid.Find(announced.Cid.Span) : null;
        }

        var charters = await LogsAsync(ledger.Addresses.Datasets, Contract.Events.DatasetCreated.Topic, dataset, stop);
        return charters.Readable(Contract.Events.DatasetCreated.Decode).Select(found => found.Event.Charter)
            .LastOrDefault(charter => charter.ShardRoot == shard) is { } founding ? Cid.Find(founding.ShardCid.Span) : null;
    }

    /// <summary>Every model that was a dataset's best one at some time, and the block from which on it was, oldest first.</summary>
    public async Task<IReadOnlyList<(ModelId Model, ulong Block)>> BestModelsAsync(DatasetId dataset, CancellationToken stop) =>
        [.. (await LogsAsync(ledger.Addresses["Models"], ModelContract.Events.BestCheckpointMoved.Topic, dataset, stop))
            .Readable(ModelContract.Events.BestCheckpointMoved.Decode)
            .Select(moved => (new ModelId(Figures.Long(moved.Event.ModelId)), moved.Log.BlockNumber))];

    private async Task<IReadOnlyList<Log>> LogsAsync(Address contract, Hash32 topic, Uint256 of, CancellationToken stop)
    {
        var number = new AbiWriter(1);
        number.Uint(of, 256);
        var filter = new LogFilter([contract], [topic], [new Hash32(number.ToArray())]);
        return await ledger.Client.GetAllLogsAsync(filter, ledger.Addresses.FirstBlock, await ledger.Client.BlockNumberAsync(stop), stop);
    }
}
