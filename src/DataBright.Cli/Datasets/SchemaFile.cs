using System.Text;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Cli.Datasets;

/// <summary>Schemas as they lie in the data folder, under the digest that is on the ledger.</summary>
internal static class SchemaFile
{
    private const int MaxBytes = 4_096;

    /// <summary>Null where it is not here.</summary>
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
