using System.Text;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Node.Uploads;

/// <summary>
/// Files that events name, by address or by hash, and files that the plans of jobs name: held-out points are nowhere else.
/// </summary>
internal sealed class NamedFiles(LedgerIndex index, EthereumClient chain, IBlobStore blobs) : INamedFiles
{
    private const int MaxDescription = 64 * 1024;

    public async Task<ulong?> BlockAsync(CancellationToken stop) =>
        index.Position.Block is { } read && read >= await chain.BlockNumberAsync(stop) ? read : null;

    public async Task<IReadOnlySet<Cid>?> AmongAsync(IReadOnlyCollection<Cid> files, CancellationToken stop)
    {
        // An index that is behind, or being built anew, would know of nothing.
        if (await BlockAsync(stop) is null) return null;
        var named = index.Named(files).ToHashSet();
        var open = files.Except(named).ToList();
        if (open.Count == 0) return named;
        foreach (var plan in index.Jobs.Plans())
        {
            if (!await blobs.HasAsync(Cid.Raw(plan), stop)) continue;
            try
            {
                var text = Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(plan), JobPlan.MaxBytes, stop));
                named.UnionWith(open.Where(cid => text.Contains(cid.ToVersion1().ToString(), StringComparison.Ordinal)));
            }
            catch (BlobException)
            {
                // A plan that cannot be read protects nothing, but whoever can read it has what it names.
            }
        }
        await AddSchemasAsync(named, open, stop);
        return named;
    }

    /// <summary>What a dataset's numbers mean lies beside its description, which alone names it.</summary>
    private async Task AddSchemasAsync(HashSet<Cid> named, IReadOnlyCollection<Cid> open, CancellationToken stop)
    {
        foreach (var description in index.Datasets.Descriptions())
            try
            {
                if (await blobs.HasAsync(Cid.Raw(description), stop)
                    && SchemaLink.Find(Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(description), MaxDescription, stop)))
                        is { } schema)
                    named.UnionWith(open.Where(cid => cid.ToVersion1() == schema.ToVersion1()));
            }
            catch (BlobException)
            {
                // A description that cannot be read protects nothing.
            }
    }
}
