using System.Collections.Concurrent;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Market.Storage;

namespace DataBright.Node.Proposals;

/// <summary>Counts the points of a proposed shard that its dataset had already when it was proposed, where all the bytes lie open on this node.</summary>
internal sealed class DuplicateCounts(LedgerIndex index, IBlobStore blobs, ILogger<DuplicateCounts> log) : IDisposable
{
    private const long MostBytes = 256L * 1024 * 1024;
    private const int MostShards = 200;
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<ProposalId, DuplicateCount> _counted = [];
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Null where it cannot be counted: something is elsewhere, encrypted, or too large.</summary>
    public async Task<DuplicateCount?> FindAsync(IndexedProposal proposal, CancellationToken stop)
    {
        if (proposal is not { Kind: ProposalKind.Listing, Cid: { } cid }) return null;
        if (_counted.TryGetValue(proposal.Id, out var counted)) return counted;
        await _oneAtATime.WaitAsync(stop);
        try
        {
            if (_counted.TryGetValue(proposal.Id, out counted)) return counted;
            if (await CountAsync(proposal, cid, stop) is not { } count) return null;
            if (_counted.Count < MostRemembered) _counted[proposal.Id] = count;
            return count;
        }
        catch (Exception e) when (e is BlobException or FormatException)
        {
            if (e is BlobDamagedException) log.LogWarning(e, "Duplicates of proposal {Proposal} cannot be counted", proposal.Id);
            return null;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<DuplicateCount?> CountAsync(IndexedProposal proposal, Cid cid, CancellationToken stop)
    {
        var listed = index.Datasets.Shards(proposal.Dataset, new SliceRequest(MostShards));
        if (listed.Next is not null) return null;
        var before = listed.Items.Where(shard => shard.Block < proposal.Block).ToArray();
        if (before.Any(shard => shard.Cid is null)) return null;

        long room = MostBytes;
        var known = new KnownPoints();
        foreach (var shard in before) known.Add(await ReadAsync(shard.Cid!.Value));
        var found = known.Compare(await ReadAsync(cid));
        return new DuplicateCount(found.InDataset, found.WithinShard, found.Points);

        async Task<Shard> ReadAsync(Cid address)
        {
            await using var file = await blobs.OpenAsync(address, stop);
            var shard = await ShardFile.ReadAsync(file, room, stop);
            room -= shard.Features.Length;
            return shard;
        }
    }
}
