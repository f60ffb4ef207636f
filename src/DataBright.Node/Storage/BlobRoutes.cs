using DataBright.Market.Storage;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace DataBright.Node.Storage;

internal static class BlobRoutes
{
    /// <summary>Should a browser show the file all the same, it has no origin there, and may load and run nothing.</summary>
    private const string Policy = "default-src 'none'; sandbox; frame-ancestors 'none'";

    public static void MapBlobs(this IEndpointRouteBuilder app) =>
        app.MapMethods("/ipfs/{cid}", ["GET", "HEAD"], OpenAsync).WithTags("Files").WithSummary("A file by its content; what it says never changes")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");

    /// <summary>Everything is checked against its address while it is sent, and sent as bytes: no stranger's file is ever a page.</summary>
    private static async Task<Results<FileStreamHttpResult, Missing>> OpenAsync(string cid, IBlobStore blobs, HttpResponse response, CancellationToken stop)
    {
        var address = Ask.Cid(cid);
        try
        {
            var file = await blobs.OpenAsync(address, stop);
            response.Headers.CacheControl = "public, max-age=29030400, immutable";
            response.Headers.ContentDisposition = "attachment";
            response.Headers.ContentSecurityPolicy = Policy;
            response.Headers["X-Ipfs-Path"] = $"/ipfs/{address}";
            return TypedResults.Stream(file, address.Codec == CidCodec.Raw ? "application/vnd.ipld.raw" : "application/octet-stream",
                entityTag: new EntityTagHeaderValue($"\"{address}\""), enableRangeProcessing: false);
        }
        catch (BlobMissingException)
        {
            return new Missing($"file {address}");
        }
    }
}
