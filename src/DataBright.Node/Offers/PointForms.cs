using System.Text;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Node.Offers;

/// <summary>Forms of points as they lie in the store, under the digest that is on the ledger.</summary>
internal static class PointForms
{
    private const int MaxBytes = 4_096;

    /// <summary>Null where it is not here, or is none.</summary>
    public static async Task<DataSchema?> FindAsync(IBlobStore blobs, Digest schema, CancellationToken stop)
    {
        try
        {
            return DataSchema.Parse(Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(schema), MaxBytes, stop)));
        }
        catch (Exception absent) when (absent is BlobException or FormatException)
        {
            return null;
        }
    }
}
