using DataBright.Compute.Usage;
using DataBright.Market.Datasets;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Node.Usage;

/// <summary>Works out from its evidence who gets what of a usage dividend. Only what leads to the root on the ledger is told.</summary>
internal sealed class UsageSheets(IBlobStore blobs, ILogger<UsageSheets> log)
{
    private const int MaxEvidence = 1 << 24;

    /// <summary>Null where the evidence is not here, or says something else than the ledger.</summary>
    public async Task<UsageSheet?> FindAsync(Market.Usage.UsagePosting posting, Cid evidence, IReadOnlyList<IndexedShard> shards,
        CancellationToken stop)
    {
        try
        {
            var read = UsageEvidence.Parse(await blobs.ReadAsync(evidence, MaxEvidence, stop));
            var contributors = shards.ToDictionary(shard => shard.Root, shard => shard.Contributor);
            if (read.Job != posting.Job || read.Shards.Any(shard => !contributors.ContainsKey(shard.Root))) return null;
            var sheet = UsageSheet.Divide(posting.Job, read.Part, read.Shards.Select(shard => (contributors[shard.Root], shard.Worth)));
            return sheet?.Root == posting.Root ? sheet : null;
        }
        catch (BlobMissingException)
        {
            return null;
        }
        catch (Exception e) when (e is BlobException || e.IsUnreadable())
        {
            log.LogWarning("The usage dividend of job {Job} cannot be shown: {Fault}", posting.Job, e.Message);
            return null;
        }
    }
}
