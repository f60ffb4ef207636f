using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Node.Uploads;

namespace DataBright.Node.Offers;

/// <summary>
/// Puts what this node made of a stranger's file where uploads are: it counts for that stranger, and goes again unless the ledger names it.
/// </summary>
internal static class KeptShards
{
    /// <exception cref="UploadRefusedException">The uploader has no room left.</exception>
    public static Task<Cid> KeepAsync(this UploadManager uploads, string uploader, Shard shard, CancellationToken stop) =>
        uploads.KeepAsync(uploader, ShardFile.ToBytes(shard), stop);

    /// <inheritdoc cref="KeepAsync(UploadManager, string, Shard, CancellationToken)"/>
    public static async Task<Cid> KeepAsync(this UploadManager uploads, string uploader, byte[] content, CancellationToken stop)
    {
        var begun = await uploads.CreateAsync(uploader, content.Length, UploadMetadata.None, stop);
        try
        {
            using var bytes = new MemoryStream(content, writable: false);
            var kept = await uploads.AppendAsync(begun.Id, uploader, 0, bytes, null, stop);
            return kept.Facts.Finished ?? throw new IOException("An upload that has all its bytes is not finished.");
        }
        catch
        {
            // An upload that stays unfinished would count against its uploader for a day. Why it failed is what is told.
            try
            {
                uploads.Remove(begun.Id, uploader);
            }
            catch (Exception left) when (left is UploadRefusedException or IOException)
            {
            }
            throw;
        }
    }
}
