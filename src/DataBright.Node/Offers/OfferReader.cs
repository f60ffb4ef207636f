using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Market.Proposals;
using DataBright.Storage;
using DataBright.Node.Datasets;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;

namespace DataBright.Node.Offers;

/// <summary>
/// Reads a contributor's file for a dataset, keeps the shard that it makes as an upload, and says what an offer of it would be.
/// </summary>
internal sealed class OfferReader(Market.Ledger ledger, IDatasetReader datasets, IProposalReader proposals, IBlobStore blobs,
    UploadManager uploads, OfferReviews reviews, FileReading reading)
{
    /// <summary>Classes that a review lists: a file may have millions of labels, and a page has no use for them.</summary>
    private const int MaxClasses = 100;

    /// <exception cref="InvalidRequestException">The file cannot be read as points of the dataset, or the dataset takes none from
    /// here.</exception>
    /// <exception cref="UploadRefusedException">Its contributor may not upload so much.</exception>
    /// <exception cref="TooBusyException">Too many files are being read.</exception>
    /// <returns>Null where there is no such dataset.</returns>
    public async Task<OfferReview?> ReadAsync(DatasetId id, IFormFile file, PointFileForm form, string uploader, CancellationToken stop)
    {
        if (await ledger.Datasets.FindAsync(id, stop) is not { } dataset) return null;
        await RequireOpenAsync(dataset, stop);
        var (points, meaning) = (await FormOfAsync(dataset, stop), await SchemaLink.ReadAsync(blobs, dataset, stop));
        return await reading.ReadAsync(file, form, uploader, (reader, path) => reader.ReadForAsync(path, points, meaning),
            async (read, until) =>
        {
            var cid = await uploads.KeepAsync(uploader, read.Shard, until);
            var review = await ReviewAsync(id, cid, read, meaning, until);
            reviews.Keep(review, uploader);
            return review;
        }, stop);
    }

    private async Task<OfferReview> ReviewAsync(DatasetId id, Cid cid, PointsRead read, DatasetSchema? meaning, CancellationToken stop)
    {
        var (shard, policy) = (read.Shard, await ledger.Datasets.PolicyAsync(id, stop));
        var (check, notCompared) = await CompareAsync(id, cid, stop);
        var differs = meaning is null ? null : SchemaFit.Mismatch(meaning, shard);
        return new OfferReview(
            id, cid, shard.Root, shard.Count, check?.Duplicates, notCompared, differs, read.Notes,
            ClassesOf(shard, meaning), ColumnsOf(shard, meaning), policy.ProposalBond, OfferTerms.SharesFor(policy, shard.Count),
            (await datasets.FindAsync(id, stop))?.Supply ?? ShareAmount.Zero);
    }

    private async Task<(ShardCheck?, string?)> CompareAsync(DatasetId id, Cid cid, CancellationToken stop)
    {
        try
        {
            return (await proposals.CheckAsync(id, cid, stop), null);
        }
        catch (Exception absent) when (absent is FormatException or BlobException or TooBusyException)
        {
            return (null, absent.Message);
        }
    }

    /// <summary>Classes with points first; an unnamed class without any says nothing.</summary>
    internal static IReadOnlyList<OfferedClass> ClassesOf(Shard shard, DatasetSchema? meaning)
    {
        var counts = shard.Labels.CountBy(label => label).ToDictionary();
        var labels = meaning?.Classes is { } names ? Enumerable.Range(0, names.Count) : counts.Keys.Order();
        var shown = labels.Take(MaxClasses).ToList();
        var found = shown.Select(label => new OfferedClass(DatasetSchema.NameOf(meaning?.Classes, label), counts.GetValueOrDefault(label)));
        return shown.Count < MaxClasses ? [.. found]
            : [.. found, new OfferedClass("further classes", shard.Count - shown.Sum(label => counts.GetValueOrDefault(label)))];
    }

    private static List<OfferedColumn> ColumnsOf(Shard shard, DatasetSchema? meaning)
    {
        if (meaning?.Columns is not { } columns || columns.Sum(column => column.Width) != shard.Schema.Features) return [];
        var (ranges, at, found) = (SchemaFit.RangesOf(shard), 0, new List<OfferedColumn>());
        foreach (var column in columns)
        {
            var (range, isNumber) = (ranges[at], column.Categories is null);
            found.Add(new OfferedColumn(
                column.Name, column.Unit, column.Categories is { } categories ? string.Join(", ", categories) : "numbers",
                isNumber ? range.Least * column.Deviation + column.Mean : null,
                isNumber ? range.Most * column.Deviation + column.Mean : null, column.Least, column.Most));
            at += column.Width;
        }
        return found;
    }

    private async Task RequireOpenAsync(Dataset dataset, CancellationToken stop)
    {
        try
        {
            if ((await MeasurementTerms.ReadAsync(blobs, dataset, stop)).Sealed is null) return;
        }
        catch (Exception absent) when (absent is BlobException or BadPlanException)
        {
            throw new InvalidRequestException("dataset",
                $"Whether the points of dataset {dataset.Id} are sealed is not known on this node. Ask a node that has the dataset.");
        }
        throw new InvalidRequestException("dataset",
            $"The points of dataset {dataset.Id} are sealed, and are sealed on the machine of whoever offers them: databright proposal "
            + $"create --dataset {dataset.Id}");
    }

    private async Task<DataSchema> FormOfAsync(Dataset dataset, CancellationToken stop) =>
        await SchemaFile.FindAsync(blobs, dataset.Schema, stop)
        ?? throw new InvalidRequestException("dataset",
            $"What the points of dataset {dataset.Id} look like is not known on this node. Ask a node that has the dataset.");
}
