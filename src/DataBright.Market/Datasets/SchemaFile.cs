using System.Text;
using DataBright.Storage;

namespace DataBright.Market.Datasets;

/// <summary>Schemas as they lie in a store, under the digest that is on the ledger.</summary>
public static class SchemaFile
{
    private const int MaxBytes = 4_096;

    /// <summary>Null where it is not here, or is none.</summary>
    public static async Task<DataSchema?> FindAsync(IBlobStore blobs, Digest schema, CancellationToken stop)
    {
        try
        {
            return DataSchema.Parse(Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(schema), MaxBytes, stop)));
        }
        catch (Exception absent) when (absent is BlobException || absent.IsUnreadable())
        {
            return null;
        }
    }
}
