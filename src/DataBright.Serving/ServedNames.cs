using System.Text;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Serving;

/// <summary>
/// What a model's answers are called, as whoever serves it tells: its dataset's description and the schema that it names. Both are bound by
/// the ledger, so nobody has to be believed.
/// </summary>
/// <param name="Description">The description, whose digest the ledger has.</param>
/// <param name="Schema">The schema, whose address is in the description.</param>
public sealed record ServedNames(string Description, string Schema)
{
    private const int MaxDescription = 64 * 1024;

    /// <summary>Null where the dataset names nothing, or it is not here.</summary>
    public static async Task<ServedNames?> ReadAsync(IBlobStore blobs, Dataset? dataset, CancellationToken stop)
    {
        if (dataset is null) return null;
        try
        {
            var description = Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(dataset.Description), MaxDescription, stop));
            if (SchemaLink.Find(description) is not { } cid) return null;
            var names = new ServedNames(description, Encoding.UTF8.GetString(await blobs.ReadAsync(cid, DatasetSchema.MaxBytes, stop)));
            return names.Find(dataset) is null ? null : names;
        }
        catch (BlobException)
        {
            return null;
        }
    }

    /// <summary>The schema; null where it is not the one that the ledger binds.</summary>
    public DatasetSchema? Find(Dataset dataset)
    {
        var schema = Encoding.UTF8.GetBytes(Schema);
        if (Digest.Of(Encoding.UTF8.GetBytes(Description)) != dataset.Description
            || SchemaLink.Find(Description) != Cid.Raw(Digest.Of(schema))) return null;
        try
        {
            return DatasetSchema.Parse(schema) is var read && read.Points == dataset.Schema ? read : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
